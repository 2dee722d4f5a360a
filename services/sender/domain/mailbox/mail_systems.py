"""What shows that a mail system wrote a message about a failure, and not a person about failures."""

from collections.abc import Iterator

from services.sender.domain.mailbox.mime import Part
from services.sender.domain.mailbox.own_words import of_field
from services.sender.domain.mailbox.patterns import any_of
from services.sender.domain.mailbox.verdict import Evidence

_MACHINE = any_of(
    "mailer-?daemon",
    "mail-?daemon",
    "maildelivery",
    "mdaemon",
    "microsoftexchange[0-9a-f]{6,32}",
    before=r"(?<![\w.-])",
    after="@",
)
"""Addresses from which no person writes; from ``postmaster`` one may."""

_NAME = any_of(
    "mailer-?daemon",
    "mail-?daemon",
    "maildelivery",
    "mdaemon",
    "postmaster",
    "mail delivery (sub)?system",
    "mail administrator",
    "mail router",
    "mail_system",
    "microsoft ?outlook",
    "microsoftexchange[0-9a-f]{6}",
    "system administrator",
    "systemadministratör",
)
_SUBJECT = any_of(
    "your message to .{1,80} could not be delivered",
    "mail not delivered",
    "mail deliver(y|ed) (problem|unsuccessful)",
    "undeliver(able|ed)",
    "delivery (status notification|failure|report|has failed|notification|problem)",
    "delivery (unsuccessful|incomplete|delayed)",
    "failure notice",
    "failed (mail|delivery)",
    "mail (delivery|system) (failed|failure|error|subsystem|warning|could not)",
    "mail could not be delivered",
    "message (delivery|status|could not be|not delivered)",
    "returned (mail|to sender)",
    "return(ing)? message",
    "warning: (could not send|message|mail)",
    "non-?deliver",
    "could not (send|deliver)",
    "unable to deliver",
    "delayed mail",
    "mail status report",
    "(o|ej )levererbar",
    "(kunde|kan) inte leverera",
    "misslyckad leverans",
    "leverans(en)? (misslyckades|fördröj|misslyckats|status)",
    "meddelandet? (kunde inte|levererades inte)",
    "leveransmeddelande",
    "fördröjd leverans",
    "kan ikke leveres",
    "ikke levere?t",
    "leveringsfe(il|jl)",
    "uleverbar",
    "unzustellbar",
    "mailzustellung",
    before=r"^(\[[^\]]{1,20}\]\s*)?",
)
ENOUGH = 2
"""Signs. Of one alone it takes the writer's address, or the field that names who failed."""


def signs(head: Part) -> list[Evidence]:
    """Return what shows that a mail system writes about a failure, nothing if too little does."""
    proofs = list(_proofs(head))
    hints = list(_hints(head))
    if not proofs and not hints:
        return []
    found = [*proofs, *hints, *_of_machines(head)]
    return found if proofs or len(found) >= ENOUGH else []


def _proofs(head: Part) -> Iterator[Evidence]:
    if failed := head.first("x-failed-recipients"):
        yield of_field(failed, "whom it is about")
    writer = head.first("from")
    if writer and _MACHINE.search(writer.value):
        yield of_field(writer, "written by a mail system")


def _hints(head: Part) -> Iterator[Evidence]:
    """Yield what people may write as well: they call themselves administrator, and ask about failures."""
    writer, subject = head.first("from"), head.first("subject")
    if writer and _NAME.search(writer.value) and not _MACHINE.search(writer.value):
        yield of_field(writer, "the name of a mail system")
    if subject and _SUBJECT.search(subject.value):
        yield of_field(subject, "the subject of a failure notice")


def _of_machines(head: Part) -> Iterator[Evidence]:
    """Yield what machines write, about failures or anything else."""
    path, automatic = head.first("return-path"), head.first("auto-submitted")
    if path and path.value.strip() == "<>":
        yield of_field(path, "the return path of a notice (RFC 5321 §4.5.5)")
    if automatic and not automatic.value.lower().startswith("no"):
        yield of_field(automatic, "written by a machine")
