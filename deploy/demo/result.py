"""What a run of the main job came to, as JSON and as a table."""

from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.demo.wording import Lang
from shared.web.pages import spaced

WORDS = {
    "missing_address": "no address in the CRM",
    "invalid_address": "an address that cannot be right",
    "opted_out": "does not want mailings",
    "opted_out_unit": "does not want this unit's mailings",
    "dead_address": "a dead address",
    "assignment_not_valid": "assignment over or not begun on the day",
    "erased": "erased",
}
"""Reasons for an exclusion, for a reader."""


@dataclass(frozen=True)
class RefusedOrder:
    """An order that did not go through, with the rule and its sentence."""

    title: str
    unit: str
    rule: str
    reason: str


@dataclass(frozen=True)
class EditionResult:
    """One Wednesday. ``pairs`` are (order, person) to be reached, ``mails`` are addresses."""

    wednesday: str
    orders: int
    pairs: int
    mails: int
    delivered: int


@dataclass
class Result:
    """The figures of a run; ``missing``, ``duplicates`` and ``wrong_sections`` from the independent count."""

    people: int = 0
    assignments: int = 0
    units: int = 0
    rows_refused: list[dict[str, Any]] = field(default_factory=list)
    orders_accepted: int = 0
    orders_refused: list[RefusedOrder] = field(default_factory=list)
    editions: list[EditionResult] = field(default_factory=list)
    suppressed: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    mails_delivered: int = 0
    missing: int = 0
    duplicates: int = 0
    wrong_sections: int = 0
    examples: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=lambda: {"import": 0.0, "freeze": 0.0, "deliver": 0.0})

    @property
    def pairs(self) -> int:
        return sum(edition.pairs for edition in self.editions)

    @property
    def mails_planned(self) -> int:
        return sum(edition.mails for edition in self.editions)

    @property
    def saved_percent(self) -> float:
        return round(100 * (1 - self.mails_planned / self.pairs), 1) if self.pairs else 0.0

    @property
    def flawless(self) -> bool:
        return self.missing == self.duplicates == self.wrong_sections == 0

    def sentence(self) -> str:
        """The sentence that matters."""
        return sentence(self.orders_accepted, self.pairs, self.mails_delivered, "en")

    def as_json(self) -> dict[str, Any]:
        """The figures as one JSON object."""
        figures = asdict(self)
        figures["seconds"] = {name: round(value, 2) for name, value in self.seconds.items()}
        derived = {
            "pairs": self.pairs,
            "mails_planned": self.mails_planned,
            "saved_percent": self.saved_percent,
        }
        return {**figures, **derived}


def sentence(orders: int, pairs: int, mails: int, lang: Lang, *, so_far: int | None = None) -> str:
    """Say what the merge saved: one mail for each person and order, against ``mails`` (A6).

    ``so_far``: how many of these have left, while they are leaving; None when they have.
    """
    fewer = f"{100 * (1 - mails / pairs):.0f}" if pairs else "0"
    if lang == "sv":
        ordered = f"{orders} beställningar, {spaced(pairs)} mejl beställda"
        if so_far is not None:
            return (
                f"{ordered} → {spaced(mails)} att skicka, {fewer} % färre; {spaced(so_far)} skickade hittills"
            )
        return f"{ordered} → {spaced(mails)} skickade, {fewer} % färre"
    ordered = f"{orders} orders, {spaced(pairs)} mails ordered"
    if so_far is not None:
        return f"{ordered} → {spaced(mails)} to send, {fewer} % fewer; {spaced(so_far)} sent so far"
    return f"{ordered} → {spaced(mails)} sent, {fewer} % fewer"


def show(result: Result, console: Console) -> None:
    """Print the Wednesdays, the sentence that matters, who was left out and why, and what was refused."""
    editions = Table("Wednesday", title="What was sent", title_justify="left")
    for name in ("orders", "mails ordered", "mails sent", "received"):
        editions.add_column(name, justify="right")
    for edition in result.editions:
        row = (edition.orders, edition.pairs, edition.mails, edition.delivered)
        editions.add_row(edition.wednesday, *(spaced(number) for number in row))
    console.print(editions)
    console.print(f"\n[bold]{result.sentence()}[/bold]\n")
    _show_left_out(result, console)
    _show_refused(result, console)
    verdict = "[green]agrees[/green]" if result.flawless else "[red]DOES NOT AGREE[/red]"
    console.print(
        f"Independent count of what arrived {verdict}: {result.missing} missing, {result.duplicates} twice, "
        f"{result.wrong_sections} with wrong sections."
    )
    for example in result.examples:
        console.print(f"  {example}", markup=False)


def _show_left_out(result: Result, console: Console) -> None:
    if result.excluded or result.suppressed:
        table = Table("Left out, because", title="Who did not get a section, and why", title_justify="left")
        table.add_column("people × orders", justify="right")
        for reason, count in sorted(result.excluded.items(), key=lambda pair: -pair[1]):
            table.add_row(WORDS.get(reason, reason), spaced(count))
        if result.suppressed:
            table.add_row("opted out after the freeze (mails)", spaced(result.suppressed))
        console.print(table)


def _show_refused(result: Result, console: Console) -> None:
    if result.orders_refused:
        table = Table("order", "unit", "rule", "why", title="Orders that did not go", title_justify="left")
        for refused in result.orders_refused:
            table.add_row(refused.title, refused.unit, refused.rule, refused.reason)
        console.print(table)
    if result.rows_refused:
        table = Table("line", "why", title="Rows of the export that could not be read", title_justify="left")
        for row in result.rows_refused[:20]:
            table.add_row(str(row["line"]), str(row["reason"]))
        console.print(table)
        if len(result.rows_refused) > 20:
            console.print(f"  and {len(result.rows_refused) - 20} more")
