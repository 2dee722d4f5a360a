"""Failure notices in no standard format: qmail, Exim, Postfix, Exchange, Lotus, Gmail and others, in words.

All of them name an address and give a reason near it. Reasons are judged paragraph by paragraph; those that
have a server's code count before those that have only words; the mildest counts.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from services.sender.domain.mailbox import limits
from services.sender.domain.mailbox.addresses import addresses_in, of_person
from services.sender.domain.mailbox.mail_systems import signs
from services.sender.domain.mailbox.mime import Message
from services.sender.domain.mailbox.own_words import of_field
from services.sender.domain.mailbox.paragraphs import Paragraph, paragraphs_of, reasons, with_codes
from services.sender.domain.mailbox.severity import Judgement, judge, mildest
from services.sender.domain.mailbox.verdict import Evidence, Kind, Severity, Verdict
from services.sender.domain.mailbox.whom import addresses_of_notice, concerning, domain_of

_DELAYED = re.compile(
    r"^(warning: |.{0,30}(delay|fördröj|försena|forsinke|still being retried))|"
    r"this is a warning message only",
    re.IGNORECASE,
)


def find_notice(message: Message) -> Verdict | None:
    """Return the verdict of a failure notice, None if the message does not look like one."""
    found = signs(message.head)
    if not found:
        return None
    paragraphs = paragraphs_of(message)
    named = _named(message, paragraphs)
    judged = [
        (each, *concerning(judge(each.text), each.text, named, message)) for each in reasons(paragraphs)
    ]
    judged = [each for each in judged if each[1].severity is not Severity.HARD or each[0].speaks_of(named)]
    worst = mildest(judgement for _, judgement, _ in judged)
    named = next((about for _, judgement, about in judged if judgement == worst), named)
    if worst is None and (named is None or len(found) == 1):
        return None
    judgement = worst or Judgement(Severity.SOFT, None, "no reason is given", clear=False)
    subject = message.head.first("subject")
    delayed = subject is not None and _DELAYED.search(subject.value) is not None
    if subject and delayed:
        judgement = Judgement(Severity.SOFT, judgement.code, "delayed: the server goes on trying")
        found.append(of_field(subject, judgement.says))
    evidence = [*found, *(_of(paragraph, each) for paragraph, each, _ in judged if each == worst)][:5]
    verdict = Verdict(Kind.BOUNCE, named, judgement.severity, judgement.code, tuple(evidence))
    return replace(verdict, delayed=delayed)


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
