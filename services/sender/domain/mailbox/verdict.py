"""What a message in the mailbox is, and the evidence for it."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The class of a message. ``unknown`` is for people."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    AUTO_REPLY = "auto-reply"
    ORDER = "order"
    QUESTION = "question"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """How bad a bounce is. Only ``hard`` says that there is no such mailbox."""

    HARD = "hard"
    SOFT = "soft"
    BLOCKED = "blocked"
    """Because of us: policy, reputation, authentication."""
    CONTENT = "content"
    """Because of this message: its size, or what stands in it."""


@dataclass(frozen=True)
class Evidence:
    """One thing that a verdict rests on.

    ``part``: the MIME part, numbered as in IMAP (``0`` is the head of the message). ``line``: its line in
    the message, from 1; of a part that is encoded, the first line of its body.
    """

    part: str
    field: str
    line: int
    text: str
    says: str


@dataclass(frozen=True)
class References:
    """What ties a message to a mail of ours. All of it is the sender's word and may be forged."""

    return_paths: tuple[str, ...] = ()
    """Addresses that it came to, or that the returned mail came from: one may be a return path of ours."""
    message_ids: tuple[str, ...] = ()
    """Of the returned mail, or of the mail that is answered; without angle brackets."""
    tags: tuple[str, ...] = ()
    """Words in the subject that have the form of the tag in our List-Unsubscribe (``MailTags``)."""


@dataclass(frozen=True)
class Verdict:
    """``recipient``: whom it concerns, as the message says it. ``code``: RFC 3463, else RFC 5321 §4.2.

    ``delayed``: a bounce that only says that the server goes on trying: nothing has failed yet.
    ``nothing_else``: a wish to be left alone of which nothing else needs to be read.
    """

    kind: Kind
    recipient: str | None = None
    severity: Severity | None = None
    code: str | None = None
    evidence: tuple[Evidence, ...] = ()
    references: References = References()
    delayed: bool = False
    nothing_else: bool = False
