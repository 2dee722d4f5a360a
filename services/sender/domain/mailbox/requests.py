"""What people want of the desk: orders by mail (A5), and questions."""

from services.sender.domain.mailbox.asking import order_lines, question_in
from services.sender.domain.mailbox.automatic import is_mailing, wants_no_answer
from services.sender.domain.mailbox.mime import Message
from services.sender.domain.mailbox.own_words import is_answer, of_field, of_text, own_words
from services.sender.domain.mailbox.patterns import any_of
from services.sender.domain.mailbox.verdict import Kind, Verdict
from services.sender.domain.mailbox.wishes import writer

_SUBJECT = any_of(
    r"beställ(a|er|ning(en)?)\b",
    "bestilling",
    r"order\b",
    "utskicksbeställning",
    r"utskick\s*:",
    r"utskick till\b",
    "mailing (order|request)",
    r"mailing to\b",
    "önskemål om utskick",
    "önskar (göra )?utskick",
    "udsendelse",
    before=r"^((fwd?|vb|vs|sv|re)\s*:\s*)*(ny |new )?",
)
_OF_A_SHOP = any_of(
    r"#\s?\d",
    r"\b(mottagen|bekräftad|bekräftelse|skickad|levererad)\b",
    r"\b(shipped|confirm(ed|ation)|delivered|dispatched|received)\b",
    r"\b(bekr[æe]fte[tl]|mottatt|modtaget|sendt)",
)
"""Subjects of those who tell how an order fares, which somebody placed with them."""


def find_request(message: Message) -> Verdict | None:
    """Return the verdict of an order or a question, None if it is neither."""
    if is_mailing(message) or writer(message) is None:
        return None
    return _order(message) or _question(message)


def _order(message: Message) -> Verdict | None:
    """An order by its subject or its lines. What wants no answer gets none, so it is for people."""
    if wants_no_answer(message):
        return None
    subject = message.head.first("subject")
    if subject and _SUBJECT.match(subject.value) and not is_answer(message):
        if _OF_A_SHOP.search(subject.value):
            return None
        return Verdict(Kind.ORDER, writer(message), evidence=(of_field(subject, "the subject of an order"),))
    text, part = own_words(message)
    lines = order_lines(text)
    if part and lines:
        evidence = of_text(part, lines[0], f"the lines of an order: {', '.join(lines[:5])}")
        return Verdict(Kind.ORDER, writer(message), evidence=(evidence,))
    return None


def _question(message: Message) -> Verdict | None:
    text, part = own_words(message)
    answers = is_answer(message)
    if part and (asked := question_in(text)):
        evidence = [
            of_text(part, text[asked.start() - 40 if asked.start() > 40 else 0 :][:80], "it asks something")
        ]
        evidence += [of_field(answers, "it answers a mail")] if answers else []
        return Verdict(Kind.QUESTION, writer(message), evidence=tuple(evidence))
    if text and answers:
        return Verdict(Kind.QUESTION, writer(message), evidence=(of_field(answers, "it answers a mail"),))
    return None
