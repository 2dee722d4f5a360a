"""The answer to the orderer (A4): the date of the Wednesday, or what is missing. Swedish first.

Orders without a Swedish text get the answer in English as well.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.intake.domain.checklist import Point
from services.intake.domain.orders import Order, Reason

_MONTHS_SV = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Letter:
    """A mail to one person: a subject and Markdown."""

    subject: str
    markdown: str


_DAYS_SV = ("måndagen", "tisdagen", "onsdagen", "torsdagen", "fredagen", "lördagen", "söndagen")
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def in_swedish(day: date) -> str:
    return f"{day.day} {_MONTHS_SV[day.month - 1]} {day.year}"


def in_english(day: date) -> str:
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"


def scheduled(order: Order) -> Letter:
    """Return the confirmation with the date. ``order.wednesday`` is known."""
    assert order.wednesday is not None
    sv, en = in_swedish(order.wednesday), in_english(order.wednesday)
    on_sv, on_en = _DAYS_SV[order.wednesday.weekday()], _DAYS_EN[order.wednesday.weekday()]
    title = _plain(order.wish.title)
    note = [_plain(order.schedule_note)] if order.schedule_note else []
    swedish = [
        "Hej!",
        f"Din beställning **{title}** är godkänd och går ut **{on_sv} den {sv}**.",
        *note,
        "Behöver den stoppas går det att ta tillbaka den fram till att utskicket går.",
        _signature(order),
    ]
    english = [
        f"Your order **{title}** has been accepted and leaves on **{on_en} {en}**.",
        "It can be withdrawn until it leaves.",
    ]
    return Letter(_subject(f"Ditt utskick går {sv}: {order.wish.title}"), _body(order, swedish, english))


def stopped(order: Order, *, left: bool) -> Letter:
    """Return that the Wednesday was called off. ``left``: some recipients may have it."""
    title, why = _plain(order.wish.title), _plain(order.stopped_because)
    some_sv = "En del av mottagarna kan redan ha fått det; infodesken vet vilka." if left else ""
    some_en = "Some recipients may have it already; the info desk knows who." if left else ""
    swedish = [
        "Hej!",
        f"Utskicket med din beställning **{title}** har stoppats och går inte ut. {some_sv}".strip(),
        f"Anledning: {why}",
        "En rättelse till just dem som fått utskicket kan beställas från den stoppade beställningen.",
        _signature(order),
    ]
    english = [
        f"The mailing with your order **{title}** has been stopped. {some_en}".strip(),
        f"Reason: {why}",
        "A correction to exactly those who got it can be ordered from the stopped order.",
    ]
    return Letter(_subject(f"Ditt utskick är stoppat: {order.wish.title}"), _body(order, swedish, english))


def rest_stopped(order: Order, wednesday: date, reason: str) -> Letter:
    """Return that those who had to wait for an order (D2) do not get it: their Wednesday was called off."""
    title, why = _plain(order.wish.title), _plain(reason)
    sv, en = in_swedish(wednesday), in_english(wednesday)
    on_sv, on_en = _DAYS_SV[wednesday.weekday()], _DAYS_EN[wednesday.weekday()]
    swedish = [
        "Hej!",
        f"Din beställning **{title}** har gått ut, men några mottagare fick vänta en vecka.",
        f"Deras utskick, {on_sv} den {sv}, har stoppats, så de får den inte. Infodesken vet vilka de är.",
        f"Anledning: {why}",
        _signature(order),
    ]
    english = [
        f"Your order **{title}** has left, but some recipients had to wait a week.",
        f"Their mailing, on {on_en} {en}, has been stopped, so they do not get it.",
        "The info desk knows who they are.",
        f"Reason: {why}",
    ]
    return Letter(
        _subject(f"En del av ditt utskick är stoppad: {order.wish.title}"), _body(order, swedish, english)
    )


def texts_leave(order: Order) -> Letter:
    """Return the confirmation of an order by text message. ``order.recipients`` is known."""
    title, people = _plain(order.wish.title), order.recipients or 0
    swedish = [
        "Hej!",
        f"Din beställning **{title}** är godkänd och går nu ut som sms till {people} personer.",
        "Den som har kväll eller natt får sitt sms på morgonen.",
        _signature(order),
    ]
    english = [
        f"Your order **{title}** has been accepted and leaves now as a text message to {people} people.",
        "Where it is evening or night the text arrives in the morning.",
    ]
    return Letter(_subject(f"Ditt sms går nu: {order.wish.title}"), _body(order, swedish, english))


def texts_stopped(order: Order, *, left: int, held: int) -> Letter:
    """Return what became of an order by text message that was taken back while it left, in texts."""
    title = _plain(order.wish.title)
    swedish = [
        "Hej!",
        f"Din beställning **{title}** är stoppad. {held} sms hann stoppas och går inte ut.",
        f"{left} sms hade redan gått och kan inte tas tillbaka." if left else "Inget sms hade gått.",
        _signature(order),
    ]
    english = [
        f"Your order **{title}** has been stopped. {held} text messages were held back and will not leave.",
        f"{left} had left already and cannot be taken back." if left else "None had left.",
    ]
    return Letter(_subject(f"Ditt sms är stoppat: {order.wish.title}"), _body(order, swedish, english))


def returned(order: Order) -> Letter:
    """Return what is missing, each point with the number of its rule."""
    title = _plain(order.wish.title)
    swedish = [
        "Hej!",
        f"Din beställning **{title}** kan inte gå ut än. Det här behöver ordnas:",
        _points((reason.rule, reason.sv) for reason in order.reasons),
        "Beställningen är sparad. Ändra den och skicka in den igen, så räknas tiden därifrån.",
        _signature(order),
    ]
    english = [
        f"Your order **{title}** cannot leave yet. This has to be put right:",
        _points((reason.rule, reason.en) for reason in order.reasons),
        "The order has been kept. Change it and submit it again; time counts from then.",
    ]
    return Letter(
        _subject(f"Din beställning behöver kompletteras: {order.wish.title}"), _body(order, swedish, english)
    )


def drafted(order: Order, points: Sequence[Point], attachments: Sequence[str]) -> Letter:
    """Return what is missing of an order that came by mail (A5), point by point (A10)."""
    title = _plain(order.wish.title)
    missing = [(reason.rule, reason.sv) for point in points for reason in point.missing]
    files = ", ".join(_plain(name) for name in attachments)
    swedish = [
        "Hej!",
        f"Tack, din beställning **{title}** har kommit in och ligger som utkast.",
        "Den går inte ut förrän den är komplett och inskickad.",
        f"Det här återstår:\n\n{_points(missing)}",
        *([f"Bilagorna ({files}) finns kvar hos infodesken men ingår inte i utkastet."] if files else []),
        "Komplettera utkastet och skicka in det, eller svara på det här mejlet så hjälper infodesken dig.",
        _signature(order),
    ]
    return Letter(_subject(f"Din beställning är ett utkast: {order.wish.title}"), _body(order, swedish, []))


def desk_reason(words: str) -> Reason:
    """Return the desk's own words as the reason of a return."""
    return Reason("desk", "ReturnedByDesk", words, words)


def _points(reasons: Iterable[tuple[str, str]]) -> str:
    return "\n".join(
        f"- {_plain(words)}" if rule == "desk" else f"- {_plain(words)} (regel {rule})"
        for rule, words in reasons
    )


def _signature(order: Order) -> str:
    return f"Vänliga hälsningar\\\nInfodesken\n\nBeställningens nummer: {order.order_id}"


def _body(order: Order, swedish: list[str], english: list[str]) -> str:
    parts = [*swedish]
    if order.wish.texts and "sv" not in order.wish.texts:
        parts += ["---", *english]
    return "\n\n".join(parts) + "\n"


def _subject(words: str) -> str:
    return " ".join(words.split())[:250]


def _plain(words: str) -> str:
    """Return words whose characters mean nothing to Markdown, so that a title stays a title."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~])", r"\\\1", " ".join(words.split()))
