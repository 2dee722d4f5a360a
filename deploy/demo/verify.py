"""The independent count: what the sink really received, against what the input files say should arrive.

Reads each message as a stranger would, with the standard library. Never asks the services or their tables.
"""

import email
import email.message
import html
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from email.utils import parseaddr
from typing import Protocol

from deploy.demo.expecting import ZONE, Expected, ExpectedOrder, expect
from deploy.demo.surroundings import Inputs
from deploy.importing.columns import ColumnMapping, read_mapping
from deploy.importing.reading import open_export
from shared.addresses import normalize

EXAMPLES = 20
FINGERPRINT = range(30, 400)
"""Length of a paragraph by which a text is known again."""

_NOT_PLAIN = re.compile(r"[*_`#<>|\[\]()\\&!~+]|https?:|^\s*([-=]|\d+[.)])|^ {4}")


class Arrived(Protocol):
    """A message as a mail server got it."""

    @property
    def recipients(self) -> tuple[str, ...]: ...

    @property
    def raw(self) -> bytes: ...


@dataclass
class Verdict:
    """What the count came to.

    ``missing`` and ``duplicates`` count sections; a second mail to an address on a Wednesday counts as one
    duplicate more. ``wrong_sections`` counts mails that hold something else than they should.
    """

    mails: int = 0
    missing: int = 0
    duplicates: int = 0
    wrong_sections: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def flawless(self) -> bool:
        return self.missing == self.duplicates == self.wrong_sections == 0

    def note(self, example: str) -> None:
        """Keep an example for the report, unless there are enough."""
        if len(self.examples) < EXAMPLES:
            self.examples.append(example)


def verify(inputs: Inputs, accepted: Mapping[int, str], received: Iterable[Arrived]) -> Verdict:
    """Compare what arrived with what the files say.

    ``accepted`` has the order id that the API gave, for the positions in the file of accepted orders.
    """
    mapping = read_mapping(inputs.mapping) if inputs.mapping else ColumnMapping()
    rows = open_export(inputs.crm, mapping).rows()
    return compare(expect(rows, inputs.orders.orders, accepted, ZONE), received)


def compare(expected: Expected, received: Iterable[Arrived]) -> Verdict:
    """Count what is missing, what came twice, and which mails hold what they should not."""
    count = _Count(expected)
    for message in received:
        count.take(message)
    count.finish()
    return count.verdict


@dataclass(frozen=True)
class _Traces:
    """By what a reader knows one language's text of an order: its subject, and whole paragraphs of it."""

    subject: str
    paragraphs: tuple[str, ...]

    def stand_in(self, body: str, *, escaped: bool) -> bool:
        traces = (self.subject, *self.paragraphs)
        return all((html.escape(trace, quote=False) if escaped else trace) in body for trace in traces)


class _Count:
    def __init__(self, expected: Expected) -> None:
        self.verdict = Verdict()
        self._expected = expected
        self._traces = {order_id: _traces(order) for order_id, order in expected.orders.items()}
        self._own = {order_id: _whole(order) for order_id, order in expected.orders.items()}
        self._got: Counter[tuple[str, str]] = Counter()
        self._mails: Counter[tuple[date, str]] = Counter()
        self._editions: dict[str, date] = {}

    def take(self, message: Arrived) -> None:
        """Judge one message. Those of no edition, confirmations for example, are none of ours."""
        parsed = email.message_from_bytes(message.raw)
        if parsed["X-Onsdag-Edition"] is None:
            return
        self.verdict.mails += 1
        address = normalize(message.recipients[0])
        order_ids = [part.strip() for part in str(parsed["X-Onsdag-Orders"] or "").split(",") if part.strip()]
        for order_id in order_ids:
            self._got[address, order_id] += 1
        faults = [
            *self._faults_of_envelope(message, parsed),
            *self._faults_of_orders(address, order_ids, parsed),
        ]
        if not faults:
            wednesday = self._expected.orders[order_ids[0]].wednesday
            self._mails[wednesday, address] += 1
            if self._mails[wednesday, address] > 1:
                self.verdict.duplicates += 1
                self.verdict.note(f"{address} got more than one mail on {wednesday}")
            faults = list(self._faults_of_text(address, wednesday, order_ids, parsed))
        if faults:
            self.verdict.wrong_sections += 1
            self.verdict.note(f"{address}: {faults[0]}")

    def finish(self) -> None:
        """Count what did not come, and what came more than once."""
        for (wednesday, address), orders in self._expected.mails.items():
            for order_id in orders:
                got = self._got[address, order_id]
                title = self._expected.orders[order_id].request.title
                if not got:
                    self.verdict.missing += 1
                    self.verdict.note(f"{address} did not get {title!r} on {wednesday}")
                again = max(got - max(1, self._mails[wednesday, address]), 0)
                if again:
                    self.verdict.duplicates += again
                    self.verdict.note(f"{address} got {title!r} {got} times")

    def _faults_of_envelope(self, message: Arrived, parsed: email.message.Message) -> Iterable[str]:
        if len(message.recipients) != 1:
            yield f"one mail to {len(message.recipients)} recipients"
        if normalize(parseaddr(str(parsed["To"]))[1]) != normalize(message.recipients[0]):
            yield f"addressed to {parsed['To']}"

    def _faults_of_orders(
        self, address: str, order_ids: list[str], parsed: email.message.Message
    ) -> Iterable[str]:
        orders = [self._expected.orders.get(order_id) for order_id in order_ids]
        wednesdays = {order.wednesday for order in orders if order}
        if not orders or None in orders or len(wednesdays) != 1:
            yield f"its orders are {order_ids}, on {len(wednesdays)} Wednesdays"
            return
        (wednesday,) = wednesdays
        known = self._editions.setdefault(str(parsed["X-Onsdag-Edition"]), wednesday)
        if known != wednesday:
            yield f"its edition is that of {known}, not of {wednesday}"
        unexpected = set(order_ids) - self._expected.mails.get((wednesday, address), {}).keys()
        for order_id in unexpected:
            yield f"should not have got {self._expected.orders[order_id].request.title!r}"

    def _faults_of_text(
        self, address: str, wednesday: date, order_ids: list[str], parsed: email.message.Message
    ) -> Iterable[str]:
        text, page = (" ".join(_part(parsed, kind).split()) for kind in ("text/plain", "text/html"))
        own = " ".join(self._own[order_id] for order_id in order_ids)
        for order_id, languages in self._traces.items():
            title = self._expected.orders[order_id].request.title
            if order_id in order_ids:
                if not any(traces.stand_in(text, escaped=False) for traces in languages):
                    yield f"the text part lacks {title!r}"
                if not any(traces.stand_in(page, escaped=True) for traces in languages):
                    yield f"the HTML part lacks {title!r}"
            elif any(_foreign(traces, text, page, own) for traces in languages):
                yield f"has text of {title!r}"
        if not _in_order(text, [self._traces[order_id] for order_id in order_ids]):
            yield "its sections stand in another order than its header says"
        names = set().union(*(self._expected.mails[wednesday, address][order_id] for order_id in order_ids))
        if len(names) > 1 and (unnamed := sorted(name for name in names if name not in text)):
            yield f"does not say that it is for {', '.join(unnamed)}"


def _foreign(traces: _Traces, text: str, page: str, own: str) -> bool:
    """Whether a text stands in a mail where it does not belong. What the mail's own texts say does."""
    return any(
        (trace in text or html.escape(trace, quote=False) in page) and trace not in own
        for trace in (traces.subject, *traces.paragraphs[:1])
    )


def _in_order(text: str, sections: list[tuple[_Traces, ...]]) -> bool:
    """Whether the first paragraphs stand in a text in the order of their sections."""
    first = [[traces.paragraphs[0] for traces in languages if traces.paragraphs] for languages in sections]
    places = [max((text.find(trace) for trace in traces), default=-1) for traces in first]
    found = [place for place in places if place >= 0]
    return found == sorted(found)


def _part(message: email.message.Message, kind: str) -> str:
    for part in message.walk():
        if part.get_content_type() == kind:
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            return payload.decode(part.get_content_charset("utf-8"), "replace")
    return ""


def _traces(order: ExpectedOrder) -> tuple[_Traces, ...]:
    return tuple(
        _Traces(" ".join(text.subject.split()), _paragraphs(text.markdown))
        for text in order.request.texts.values()
    )


def _whole(order: ExpectedOrder) -> str:
    texts = order.request.texts.values()
    return " ".join(" ".join(f"{text.subject} {text.markdown}".split()) for text in texts)


def _paragraphs(markdown: str) -> tuple[str, ...]:
    """Return the paragraphs that look the same however Markdown is set: no links, lists, or emphasis."""
    plain = [
        " ".join(paragraph.split())
        for paragraph in re.split(r"\n\s*\n", markdown)
        if not any(_NOT_PLAIN.search(line) for line in paragraph.splitlines())
    ]
    return tuple(paragraph for paragraph in plain if len(paragraph) in FINGERPRINT)
