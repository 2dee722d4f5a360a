"""Failure notices in no standard format: qmail, Exim, Postfix, Exchange, Lotus, Gmail and others, in words.

All of them name an address and give a reason near it. Reasons are judged paragraph by paragraph; those that
have a server's code count before those that have only words; the mildest counts.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from services.sender.domain.mailbox import limits
from services.sender.domain.mailbox.addresses import addresses_in, of_person
from services.sender.domain.mailbox.mime import Field, Message, Part
from services.sender.domain.mailbox.paragraphs import Paragraph, paragraphs_of, reasons, with_codes
from services.sender.domain.mailbox.severity import Judgement, judge, mildest
from services.sender.domain.mailbox.verdict import Evidence, Kind, Severity, Verdict
from services.sender.domain.mailbox.whom import addresses_of_notice, concerning, domain_of

_DAEMON = re.compile(
    r"mailer-?daemon|mail-?daemon|postmaster|mail delivery (sub)?system|mail administrator|"
    r"microsoft ?outlook|"
    r"mail router|maildelivery|microsoftexchange[0-9a-f]{6}|mail_system|mdaemon|system administrator|"
    r"systemadministratör",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^(\[[^\]]{1,20}\]\s*)?(your message to .{1,80} could not be delivered|mail not delivered|"
    r"mail deliver(y|ed) (problem|unsuccessful)|undeliver(able|ed)|undelivered mail|"
    r"delivery (status notification|failure|report|has failed|"
    r"notification|unsuccessful|incomplete|delayed|problem)|failure notice|failed (mail|delivery)|"
    r"mail (delivery|system) "
    r"(failed|failure|error|subsystem|warning|could not)|mail could not be delivered|message (delivery|"
    r"status|could not be|not delivered)|"
    r"returned (mail|to sender)|return(ing)? message|warning: (could not send|message|mail)|nondeliver|"
    r"non-?delivery|"
    r"could not (send|deliver)|unable to deliver|undeliverable|delayed mail|mail status report|"
    r"olevererbar(t|a)?|ej levererbar|kunde inte leverera|kan inte leverera|misslyckad leverans|"
    r"leverans(en)? "
    r"(misslyckades|fördröj|misslyckats|status)|meddelandet? (kunde inte|levererades inte)|"
    r"leveransmeddelande|fördröjd leverans|"
    r"kan ikke leveres|ikke leveret|ikke levert|leveringsfeil|leveringsfejl|uleverbar|unzustellbar|"
    r"mailzustellung)",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"^(warning: |.{0,30}(delay|fördröj|försena|forsinke|still being retried))|"
    r"this is a warning message only",
    re.IGNORECASE,
)


def find_notice(message: Message) -> Verdict | None:
    """Return the verdict of a failure notice, None if the message does not look like one."""
    signs = list(_signs(message.head))
    if not signs:
        return None
    paragraphs = paragraphs_of(message)
    named = _named(message, paragraphs)
    judged = [
        (each, *concerning(judge(each.text), each.text, named, message)) for each in reasons(paragraphs)
    ]
    judged = [each for each in judged if each[1].severity is not Severity.HARD or each[0].speaks_of(named)]
    worst = mildest(judgement for _, judgement, _ in judged)
    named = next((about for _, judgement, about in judged if judgement == worst), named)
    if worst is None and (named is None or len(signs) == 1):
        return None
    judgement = worst or Judgement(Severity.SOFT, None, "no reason is given", clear=False)
    subject = message.head.first("subject")
    delayed = subject is not None and _DELAYED.search(subject.value) is not None
    if subject and delayed:
        judgement = Judgement(Severity.SOFT, judgement.code, "delayed: the server goes on trying")
        signs.append(_of_field(subject, judgement.says))
    evidence = [*signs, *(_of(paragraph, each) for paragraph, each, _ in judged if each == worst)][:5]
    verdict = Verdict(Kind.BOUNCE, named, judgement.severity, judgement.code, tuple(evidence))
    return replace(verdict, delayed=delayed)


def _signs(head: Part) -> Iterator[Evidence]:
    """Yield what shows that a mail system wrote this. One sign alone needs a reason beside it."""
    failed = head.first("x-failed-recipients")
    writer, subject, path = head.first("from"), head.first("subject"), head.first("return-path")
    found = []
    if writer and _DAEMON.search(writer.value):
        found.append(_of_field(writer, "written by a mail system"))
    if subject and _SUBJECT.search(subject.value):
        found.append(_of_field(subject, "the subject of a failure notice"))
    if path and path.value.strip() == "<>":
        found.append(_of_field(path, "the return path of a notice (RFC 5321 §4.5.5)"))
    automatic = head.first("auto-submitted")
    if automatic and not automatic.value.lower().startswith("no"):
        found.append(_of_field(automatic, "written by a machine"))
    if failed:
        yield _of_field(failed, "whom it is about")
        yield from found
    elif any("failure" in each.says or "system" in each.says for each in found):
        yield from found


def _named(message: Message, paragraphs: list[Paragraph]) -> str | None:
    """Return whom the notice is about: its own field, its words, or the mail that it brings back."""
    head = message.head
    for each in head.all("x-failed-recipients"):
        if found := addresses_in(each.value):
            return found[0]
    ours = addresses_of_notice(head)
    domains = {domain_of(each) for each in ours}
    writers = addresses_in(head.value("from"))
    told = [each for each in _persons(with_codes(paragraphs)) if each not in ours]
    told += [each for each in _persons(paragraphs) if domain_of(each) not in domains]
    told = [each for each in told if each not in writers]
    returned = addresses_in(message.returned.value("to")) if message.returned else []
    return next(iter(told), None) or (returned[0] if len(returned) == 1 else None)


def _persons(paragraphs: list[Paragraph]) -> Iterator[str]:
    return (each for paragraph in paragraphs for each in addresses_in(paragraph.text) if of_person(each))


def _of(paragraph: Paragraph, judgement: Judgement) -> Evidence:
    text = paragraph.text[: limits.EVIDENCE_CHARACTERS]
    return Evidence(paragraph.part, "text", paragraph.line, text, judgement.says)


def _of_field(field: Field, says: str) -> Evidence:
    return Evidence("0", field.name.title(), field.line, field.value[: limits.EVIDENCE_CHARACTERS], says)
