"""The identifier of a planned mail, made of its edition's and its mailbox's: nothing is looked up."""

from uuid import UUID

_MAILBOX_BYTES = 5
LARGEST_MAILBOX = 2 ** (8 * _MAILBOX_BYTES) - 1


class NotOurMail(Exception):
    """An identifier that no mail of this edition has."""


def mail_id(edition_id: UUID, mailbox_key: int) -> UUID:
    """Return a UUIDv8 (RFC 9562 §5.8): the edition's bytes, the last five being the mailbox's number."""
    number = mailbox_key.to_bytes(_MAILBOX_BYTES, "big")
    raw = bytearray(edition_id.bytes[:-_MAILBOX_BYTES] + number)
    raw[6] = 0x80 | (raw[6] & 0x0F)
    return UUID(bytes=bytes(raw))


def mailbox_of(edition_id: UUID, mail: UUID) -> int:
    """Return the mailbox's number; raise NotOurMail if the mail belongs to another edition."""
    key = int.from_bytes(mail.bytes[-_MAILBOX_BYTES:], "big")
    if mail_id(edition_id, key) != mail:
        raise NotOurMail(f"{mail} is no mail of edition {edition_id}")
    return key
