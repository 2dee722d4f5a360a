"""What the sender is told to do, and what it reports."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.compliance import Scope
from shared.contracts.intake import SectionText
from shared.contracts.message import (
    AddressHash,
    Key,
    Language,
    Line,
    Message,
    Moment,
    OrderClass,
    Part,
    RawAddress,
    Text,
)

DELIVER_BATCH = 250
"""Most mails in one ``sender.deliver-batch.v1``."""

OUTCOME_BATCH = 500
"""Most outcomes in one ``sender.delivery.reported.v1``."""

Position = Annotated[int, Field(ge=1, le=10_000)]


class Section(Part):
    """One order's place in an edition. ``position`` is its number there, from 1, and its order in a mail."""

    position: Position
    order_id: UUID
    unit_id: Key
    unit_name: Line
    order_class: OrderClass
    title: Line
    texts: Annotated[dict[Language, SectionText], Field(min_length=1)]


class PrepareEdition(Message):
    """The texts of an edition, once, before its mails. A later one with the same id changes nothing."""

    TYPE: ClassVar[str] = "sender.prepare-edition.v1"
    edition_id: UUID
    wednesday: date
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    mails: Annotated[int, Field(ge=0)]
    batches: Annotated[int, Field(ge=0)]


Sequence = Annotated[int, Field(ge=1)]
"""Grows with each decision about an edition; one that is not higher than what is known changes nothing."""


class PauseEdition(Message):
    """Begin no further mail of an edition until it is resumed. What is on its way ends as it ends."""

    TYPE: ClassVar[str] = "sender.pause-edition.v1"
    edition_id: UUID
    sequence: Sequence


class ResumeEdition(Message):
    """Let a paused edition go on."""

    TYPE: ClassVar[str] = "sender.resume-edition.v1"
    edition_id: UUID
    sequence: Sequence


class StopEdition(Message):
    """Never begin another mail of an edition: what is not yet being submitted is suppressed, and reported
    so with the reason. Nothing takes this back."""

    TYPE: ClassVar[str] = "sender.stop-edition.v1"
    edition_id: UUID
    sequence: Sequence
    reason: Annotated[Line, Field(min_length=1)]


class Reader(Part):
    """A person at an address, and the assignments for which each section concerns them, as they are read:
    "ordförande, Malmö"."""

    person_id: Key
    name: Line
    sections: Annotated[dict[Position, tuple[Line, ...]], Field(min_length=1)]


class PlannedMail(Part):
    """One mail to one address: its sections in order are the union of its readers' sections."""

    mail_id: UUID
    address: RawAddress
    language: Language
    readers: Annotated[tuple[Reader, ...], Field(min_length=1)]


class DeliverBatch(Message):
    """Up to 250 mails of an edition. ``batch`` counts from 1 to the edition's ``batches``. What comes after
    ``until`` is not recorded and not answered: its day is over (A2)."""

    TYPE: ClassVar[str] = "sender.deliver-batch.v1"
    edition_id: UUID
    batch: Annotated[int, Field(ge=1)]
    mails: Annotated[tuple[PlannedMail, ...], Field(min_length=1, max_length=DELIVER_BATCH)]
    until: Moment | None = None


class BatchRecorded(Message):
    """A batch stands in the ledger. ``repeated`` of its mails stood there before."""

    TYPE: ClassVar[str] = "sender.batch.recorded.v1"
    edition_id: UUID
    batch: Annotated[int, Field(ge=1)]
    recorded: Annotated[int, Field(ge=0)]
    repeated: Annotated[int, Field(ge=0)]


class Outcome(Part):
    """What became of one mail. ``accepted``: the relay took responsibility (RFC 5321 §4.2.5). ``refused``:
    where its address was suppressed when it was composed; what that stops was not in it."""

    mail_id: UUID
    state: Literal["accepted", "deferred", "failed", "suppressed", "uncertain"]
    at: Moment
    reply: Line = ""
    refused: Annotated[tuple[Scope, ...], Field(max_length=2000)] = ()


class DeliveryReported(Message):
    """Outcomes of one edition's mails, in batches. A mail may be reported again with a later state."""

    TYPE: ClassVar[str] = "sender.delivery.reported.v1"
    edition_id: UUID
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1, max_length=OUTCOME_BATCH)]


class EditionProgressed(Message):
    """How far an edition has come: at most every five seconds while it moves, and at its end (``left`` 0).

    Each mail counts once in ``accepted``, ``bounced`` (it came back), ``refused``, ``suppressed``,
    ``uncertain`` or ``left``; what is ``deferred`` is left, too. ``handed_over`` counts mails that were begun
    at least once. ``rate`` is in accepted mails a second; ``expected_end`` is absent when nothing moves. The
    latest ``at`` holds.
    """

    TYPE: ClassVar[str] = "sender.edition.progressed.v1"
    edition_id: UUID
    at: Moment
    prepared: Annotated[int, Field(ge=0)]
    handed_over: Annotated[int, Field(ge=0)]
    accepted: Annotated[int, Field(ge=0)]
    deferred: Annotated[int, Field(ge=0)]
    refused: Annotated[int, Field(ge=0)]
    suppressed: Annotated[int, Field(ge=0)]
    uncertain: Annotated[int, Field(ge=0)]
    bounced: Annotated[int, Field(ge=0)]
    left: Annotated[int, Field(ge=0)]
    rate: Annotated[float, Field(ge=0)]
    expected_end: Moment | None = None


class SendMessage(Message):
    """Send one mail to one person from the shared address, at once. Same key: same mail, sent once.

    ``person_ids``: whom it is to or about. When one of them is erased its words and address go (F2).
    """

    TYPE: ClassVar[str] = "sender.send-message.v1"
    key: Key
    to: RawAddress
    name: Line = ""
    language: Language = "sv"
    subject: Annotated[Line, Field(min_length=1)]
    markdown: Annotated[Text, Field(min_length=1)]
    purpose: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,60}$")]
    person_ids: Annotated[tuple[Key, ...], Field(max_length=50)] = ()


class MessageConcluded(Message):
    """A one-to-one mail has its outcome. ``purpose`` is that of the command."""

    TYPE: ClassVar[str] = "sender.message.concluded.v1"
    key: Key
    purpose: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,60}$")]
    state: Literal["accepted", "failed", "suppressed", "uncertain"]
    at: Moment
    reply: Line = ""


class ProviderPaused(Message):
    """Nothing more is sent to a provider: its answers blame us (authentication, policy, reputation), until a
    person has put it right and resumes it. ``blamed``: of its last 200 answers. ``reply``: the last."""

    TYPE: ClassVar[str] = "sender.provider.paused.v1"
    provider: Annotated[Line, Field(min_length=1)]
    domains: tuple[Line, ...]
    blamed: Annotated[int, Field(ge=1)]
    reply: Line
    at: Moment


class AddressFailed(Message):
    """An address is to be written to no more: for compliance and the CRM (D3).

    ``dead_address``: its server refused it for good (RFC 3463, 5.1.X), or its mail came back for good, or
    three editions in a row. ``complaint``: its owner complained to the own provider (RFC 5965).
    """

    TYPE: ClassVar[str] = "sender.address.failed.v1"
    address_hash: AddressHash
    person_ids: tuple[Key, ...]
    at: Moment
    reply: Line
    reason: Literal["dead_address", "complaint"] = "dead_address"


class UnsubscribeReceived(Message):
    """Somebody asked by mail to be left alone, and it is proved whose wish it is (F1).

    ``proof``: the tag of its List-Unsubscribe, its return path, an answer from its address, or the desk.
    """

    TYPE: ClassVar[str] = "sender.unsubscribe.received.v1"
    address_hash: AddressHash
    at: Moment
    proof: Literal["tag", "path", "reply", "desk"]


class OrderMailReceived(Message):
    """An order came by mail to the shared address (A5). No machine wrote it, as far as can be seen.

    ``writer`` is the address that it says it is from; ``attachments`` are names of files, which stay with
    the message. ``message_id`` is the message's number at the sender.
    """

    TYPE: ClassVar[str] = "sender.order-mail.received.v1"
    message_id: UUID
    writer: RawAddress
    name: Line = ""
    subject: Line
    text: Text
    attachments: Annotated[tuple[Line, ...], Field(max_length=50)] = ()
    received_at: Moment
