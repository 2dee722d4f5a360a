"""Complaints: feedback reports (ARF, RFC 5965), and the one format older than it that is still sent."""

from services.sender.domain.mailbox import limits
from services.sender.domain.mailbox.addresses import addresses_in, of_recipient
from services.sender.domain.mailbox.mime import Field, Message, Part
from services.sender.domain.mailbox.reports import groups_of
from services.sender.domain.mailbox.verdict import Evidence, Kind, Verdict

KIND = "message/feedback-report"
COMPLAINTS = {
    "abuse": "spam",
    "fraud": "fraud",
    "virus": "a virus",
    "other": "something else",
    "opt-out": "opting out",
}
"""Types by which a recipient complains (RFC 5965 §7.3); the other ones are for our technicians."""

_MICROSOFT = "x-hmxmroriginalrecipient"


def find_complaint(message: Message) -> Verdict | None:
    """Return the verdict of a feedback report, None if the message is none."""
    for part in message.own(KIND):
        return _of_report(part)
    return _of_microsoft(message)


def _of_report(part: Part) -> Verdict:
    fields = next(groups_of(part), [])
    kind = next((each for each in fields if each.name == "feedback-type"), None)
    said = kind.value.strip().lower() if kind else ""
    evidence = [_evidence(part.number, each, "the kind of report") for each in [kind] if each]
    if said not in COMPLAINTS:
        says = "no complaint of a recipient" if said else "a report without its type"
        return Verdict(Kind.UNKNOWN, evidence=(*evidence, Evidence(part.number, KIND, part.line, said, says)))
    named = next(
        (each for each in fields if each.name == "original-rcpt-to" and of_recipient(each.value)), None
    )
    if named:
        evidence.append(_evidence(part.number, named, "who complains"))
        return Verdict(Kind.COMPLAINT, of_recipient(named.value), evidence=tuple(evidence))
    return Verdict(Kind.COMPLAINT, evidence=tuple(evidence))


def _of_microsoft(message: Message) -> Verdict | None:
    """Outlook.com's programme sends the mail back with one field added, from its staff address."""
    returned = message.returned
    named = returned.first(_MICROSOFT) if returned else None
    if returned is None or named is None or "staff@hotmail" not in message.head.value("from").lower():
        return None
    address = next(iter(addresses_in(named.value)), None)
    return Verdict(Kind.COMPLAINT, address, evidence=(_evidence(returned.number, named, "who complains"),))


def _evidence(part: str, field: Field, says: str) -> Evidence:
    return Evidence(part, field.name.title(), field.line, field.value[: limits.EVIDENCE_CHARACTERS], says)
