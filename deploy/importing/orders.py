"""Reading a file of orders: a YAML or JSON list, as docs/import.md describes it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import yaml
from pydantic import ValidationError

from deploy.importing.failures import UnreadableFile
from deploy.importing.register import RegisterNames
from shared.addresses import normalize
from shared.contracts.intake import Audience, SectionText
from shared.contracts.message import Language, OrderClass

FIELDS = frozenset(
    {"unit", "ordered_by", "title", "text", "class", "audience", "faq", "not_before", "received_at", "sender"}
)
AUDIENCE_FIELDS = frozenset({"assignment_types", "units", "regions", "all"})
SECTION_FIELDS = frozenset({"subject", "markdown"})


@dataclass(frozen=True)
class OrderRequest:
    """An order as its unit asks for it. It may still break a rule: that is for intake to say.

    ``position`` is its place in the file, from 1. ``ordered_by`` is an address where one could be found.
    """

    position: int
    unit_id: str
    ordered_by: str
    title: str
    order_class: OrderClass
    texts: Mapping[Language, SectionText]
    audience: Audience
    faq: str
    not_before: date | None
    received_at: datetime
    sender: str | None = None


@dataclass(frozen=True)
class BrokenOrder:
    """An order of the file that cannot be understood."""

    position: int
    reason: str


@dataclass(frozen=True)
class OrdersFile:
    orders: tuple[OrderRequest, ...]
    broken: tuple[BrokenOrder, ...] = ()


def read_orders(path: Path, names: RegisterNames, zone: ZoneInfo, now: datetime) -> OrdersFile:
    """Read a file of orders. Units are found by id or name; local times are those of ``zone``.

    An order without received_at is received ``now``. Raises UnreadableFile when it is no list at all.
    """
    orders: list[OrderRequest] = []
    broken: list[BrokenOrder] = []
    for position, entry in enumerate(_entries(path), 1):
        try:
            orders.append(_Entry(entry, names, zone).order(position, now))
        except ValidationError as error:
            broken.append(BrokenOrder(position, _first(error)))
        except ValueError as error:
            broken.append(BrokenOrder(position, str(error)))
    return OrdersFile(tuple(orders), tuple(broken))


def _entries(path: Path) -> list[Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        # Only strings, lists and mappings: the unit 0114 stays as it is, and no is not a truth value.
        content = json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    except (OSError, UnicodeError, ValueError, yaml.YAMLError) as error:
        raise UnreadableFile(f"{path.name} cannot be read: {error}") from error
    if not isinstance(content, list):
        raise UnreadableFile(f"{path.name} is not a list of orders")
    return content


def _first(error: ValidationError) -> str:
    wrong = error.errors()[0]
    place = ".".join(map(str, wrong["loc"]))
    return f"{place}: {wrong['msg']}" if place else str(wrong["msg"])


class _Entry:
    """One entry of the list. Every refusal is a ValueError with the reason."""

    def __init__(self, entry: Any, names: RegisterNames, zone: ZoneInfo) -> None:
        self._fields = _mapping(entry, "an order", FIELDS)
        self._names = names
        self._zone = zone

    def order(self, position: int, now: datetime) -> OrderRequest:
        title = self._line("title", required=True)
        unit_id = self._names.unit(self._line("unit", required=True))
        order_class = self._line("class") or "information"
        if order_class not in get_args(OrderClass):
            raise ValueError(f"class is {order_class!r}; it can be {', '.join(get_args(OrderClass))}")
        return OrderRequest(
            position=position,
            unit_id=unit_id,
            ordered_by=self._names.person(unit_id, self._line("ordered_by", required=True)),
            title=title,
            order_class=order_class,  # type: ignore[arg-type]  # one of them, as was just seen
            texts=_texts(self._fields.get("text"), title),
            audience=self._audience(),
            faq=_text(self._fields.get("faq"), "faq").strip(),
            not_before=self._day("not_before"),
            received_at=self._moment("received_at") or now,
            sender=normalize(self._line("sender")) or None,
        )

    def _line(self, name: str, *, required: bool = False) -> str:
        text = " ".join(_text(self._fields.get(name), name).split())
        if required and not text:
            raise ValueError(f"{name} is missing")
        return text

    def _audience(self) -> Audience:
        fields = _mapping(self._fields.get("audience"), "audience", AUDIENCE_FIELDS)
        everywhere = _text(fields.get("all"), "all").lower()
        if everywhere not in {"", "true", "false", "yes", "no", "ja", "nej"}:
            raise ValueError(f"all is {everywhere!r}; it can be true or false")
        return Audience(
            assignment_types=tuple(name.lower() for name in _names(fields.get("assignment_types"))),
            all_units=everywhere in {"true", "yes", "ja"},
            regions=_names(fields.get("regions")),
            units=tuple(self._names.unit(name) for name in _names(fields.get("units"))),
        )

    def _day(self, name: str) -> date | None:
        text = self._line(name)
        return date.fromisoformat(text) if text else None

    def _moment(self, name: str) -> datetime | None:
        text = self._line(name)
        if not text:
            return None
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=self._zone)


def _mapping(value: Any, what: str, known: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{what} has no fields; it can have {_list(known)}")  # noqa: TRY004  (a wrong file)
    if unknown := sorted(map(str, value.keys() - known)):
        raise ValueError(f"{what} has {', '.join(unknown)}; it can have {_list(known)}")
    return value


def _list(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _text(value: Any, name: str) -> str:
    if value is None or value in ("null", "~"):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise ValueError(f"{name} is not a text")


def _names(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    names = (" ".join(_text(entry, "a name in audience").split()) for entry in values)
    return tuple(name for name in names if name)


def _texts(value: Any, title: str) -> dict[Language, SectionText]:
    """Read ``text``: Markdown, or a subject and Markdown, or one of these for each language."""
    if isinstance(value, dict) and not value.keys() & SECTION_FIELDS:
        texts = {_language(name): _section(text, title) for name, text in value.items()}
    else:
        texts = {"sv": _section(value, title)}
    if not texts:
        raise ValueError("text is missing")
    return texts


def _language(name: Any) -> Language:
    for language in get_args(Language):
        if name == language:
            return language  # type: ignore[no-any-return]  # get_args gives Any
    raise ValueError(f"text has the language {name!r}; it can have {', '.join(get_args(Language))}")


def _section(value: Any, title: str) -> SectionText:
    fields = _mapping(value, "text", SECTION_FIELDS) if isinstance(value, dict) else {"markdown": value}
    subject = " ".join(_text(fields.get("subject"), "subject").split()) or title
    markdown = _text(fields.get("markdown"), "text").strip()
    if not markdown:
        raise ValueError("text is missing")
    return SectionText(subject=subject, markdown=markdown)
