"""Delivery reports in the standard format: RFC 3464, internationalized RFC 6533."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.sender.domain.mailbox import limits
from services.sender.domain.mailbox.addresses import of_recipient
from services.sender.domain.mailbox.mime import Field, Message, Part
from services.sender.domain.mailbox.paragraphs import paragraphs_of, reasons
from services.sender.domain.mailbox.reports import groups_of
from services.sender.domain.mailbox.severity import Judgement, judge, mildest
from services.sender.domain.mailbox.verdict import Evidence, Kind, Severity, Verdict
from services.sender.domain.mailbox.whom import concerning

KINDS = ("message/delivery-status", "message/global-delivery-status")
_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
_SUCCESS = ("delivered", "relayed", "expanded")


@dataclass(frozen=True)
class Group:
    """The fields about one recipient, or about the message."""

    part: Part
    fields: list[Field]

    def first(self, *names: str) -> Field | None:
        return next((each for name in names for each in self.fields if each.name == name), None)

    def value(self, *names: str) -> str:
        found = self.first(*names)
        return found.value if found else ""

    @property
    def recipient(self) -> Field | None:
        """Where it failed: behind an alias or a list that is another address than the one we wrote to."""
        names = ("x-actual-recipient", "final-recipient", "original-recipient")
        return next((each for name in names if (each := self.first(name)) and of_recipient(each.value)), None)

    @property
    def action(self) -> str:
        """failed, delayed, delivered, relayed or expanded; told by the status where the field is missing."""
        said = self.value("action").split("(")[0].strip().lower()
        by_status = {"5": "failed", "4": "delayed", "2": "delivered"}
        known = said in _ACTIONS
        return said if known else by_status.get(self.value("status").strip()[:1], "failed" if said else "")

    def evidence(self, name: str, says: str) -> Iterator[Evidence]:
        if found := self.first(name):
            text = found.value[: limits.EVIDENCE_CHARACTERS]
            yield Evidence(self.part.number, name.title(), found.line, text, says)


def find_report(message: Message) -> Verdict | None:
    """Return the verdict of a delivery report, None if the message is none."""
    groups = [Group(part, fields) for part in message.own(*KINDS) for fields in groups_of(part)]
    told = [group for group in groups if group.first("final-recipient", "action", "status")]
    if not told:
        return None
    failed = [group for group in told if group.action == "failed"]
    delayed = [group for group in told if group.action == "delayed"]
    if not failed and not delayed:
        return _of_success(told[0])
    return _of_failure((failed or delayed)[0], message)


def _of_success(group: Group) -> Verdict:
    says = "a report that is no failure" if group.action in _SUCCESS else "a report without a known action"
    evidence = (*group.evidence("action", says), *group.evidence("status", says))
    kind = Kind.AUTO_REPLY if group.action in _SUCCESS else Kind.UNKNOWN
    return Verdict(kind, _address(group), evidence=evidence)


def _of_failure(group: Group, message: Message) -> Verdict:
    delayed = group.action == "delayed"
    reason = group.value("diagnostic-code")
    judgement, recipient = concerning(_judge(group, message), reason, _address(group), message)
    if delayed:
        judgement = Judgement(Severity.SOFT, judgement.code, "delayed: the server goes on trying")
    evidence = [*group.evidence("action", "the server gave up" if not delayed else judgement.says)]
    if named := group.recipient:
        evidence += group.evidence(named.name, "whom it is about")
    evidence += group.evidence("status", judgement.says)
    evidence += group.evidence("diagnostic-code", judgement.says)
    verdict = Verdict(Kind.BOUNCE, recipient, judgement.severity, judgement.code, tuple(evidence))
    return replace(verdict, delayed=delayed)


def _judge(group: Group, message: Message) -> Judgement:
    """Judge the recipient's own fields; the sentences for people where those say nothing, or against hard."""
    judgement = judge(group.value("diagnostic-code"), group.value("status"))
    if judgement.clear and judgement.severity is not Severity.HARD:
        return judgement
    told = [judge(paragraph.text) for paragraph in reasons(paragraphs_of(message))]
    other = mildest(each for each in told if each.clear)
    return other if other and other.severity is not Severity.HARD else judgement


def _address(group: Group) -> str | None:
    return of_recipient(group.recipient.value) if group.recipient else None
