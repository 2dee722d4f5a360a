"""What people want of the desk: orders by mail (A5), and questions."""

import re

from services.sender.domain.mailbox.automatic import is_mailing
from services.sender.domain.mailbox.mime import Message
from services.sender.domain.mailbox.own_words import is_answer, of_field, of_text, own_words
from services.sender.domain.mailbox.verdict import Kind, Verdict
from services.sender.domain.mailbox.wishes import writer

_SUBJECT = re.compile(
    r"^((fwd?|vb|vs|sv|re)\s*:\s*)*(ny |new )?(beställ(a|er|ning(en)?)\b|beställning\s|bestilling|"
    r"order\b|utskicksbeställning|"
    r"utskick\s*:|utskick till\b|mailing (order|request)|mailing to\b|önskemål om utskick|"
    r"önskar (göra )?utskick|udsendelse)",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"^\W{0,4}(mottagare|ämne|ämnesrad|målgrupp|utskicksdatum|utskicksdag|önskat datum|"
    r"datum för utskick|faq|beställare|"
    r"avsändande enhet|beställande enhet|uppdrag|recipients|subject line|audience|mailing date|"
    r"ordered by|modtagere|mottakere)\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_QUESTION = re.compile(
    r"\w\W?\?(?!\S)|\b(undrar|jag har en fråga|fråga om|kan ni|kan du|hur gör|wonder|could you|can you|"
    r"please let me know|hvordan|kan I)\b",
    re.IGNORECASE,
)
FIELDS_OF_AN_ORDER = 2


def find_request(message: Message) -> Verdict | None:
    """Return the verdict of an order or a question, None if it is neither."""
    if is_mailing(message) or writer(message) is None:
        return None
    return _order(message) or _question(message)


def _order(message: Message) -> Verdict | None:
    subject = message.head.first("subject")
    if subject and _SUBJECT.match(subject.value) and not is_answer(message):
        return Verdict(Kind.ORDER, writer(message), evidence=(of_field(subject, "the subject of an order"),))
    text, part = own_words(message)
    fields = list(dict.fromkeys(found[0].strip() for found in _FIELD.finditer(text)))
    if part and len(fields) >= FIELDS_OF_AN_ORDER:
        evidence = of_text(part, fields[0], f"the lines of an order: {', '.join(fields[:5])}")
        return Verdict(Kind.ORDER, writer(message), evidence=(evidence,))
    return None


def _question(message: Message) -> Verdict | None:
    text, part = own_words(message)
    answers = is_answer(message)
    if part and (asked := _QUESTION.search(text)):
        evidence = [
            of_text(part, text[asked.start() - 40 if asked.start() > 40 else 0 :][:80], "it asks something")
        ]
        evidence += [of_field(answers, "it answers a mail")] if answers else []
        return Verdict(Kind.QUESTION, writer(message), evidence=tuple(evidence))
    if text and answers:
        return Verdict(Kind.QUESTION, writer(message), evidence=(of_field(answers, "it answers a mail"),))
    return None
