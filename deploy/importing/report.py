"""What an import tells the person at the terminal."""

from collections.abc import Iterator

from rich.console import Console

from deploy.importing.summary import Differences, ImportSummary

SEPARATOR_NAMES = {";": "semicolons", ",": "commas", "\t": "tabs", "": ""}


def show(summary: ImportSummary, console: Console) -> None:
    """Print the figures, what is in doubt, and every row that was left out."""
    for line in report(summary):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def report(summary: ImportSummary) -> Iterator[str]:
    """Give the lines of the report."""
    yield from _figures(summary)
    if summary.differences:
        yield from _differences(summary, summary.differences)
    if summary.doubts:
        yield f"{len(summary.doubts)} in doubt, imported all the same:"
        for doubt in summary.doubts:
            yield f"  {f'line {doubt.line}: ' if doubt.line else ''}{doubt.reason}"
    if summary.broken_rows:
        yield f"{len(summary.broken_rows)} rows left out:"
        for row in summary.broken_rows:
            yield f"  line {row.line}: {row.reason}"


def _figures(summary: ImportSummary) -> Iterator[str]:
    kind = " ".join(part for part in (summary.encoding, SEPARATOR_NAMES[summary.separator]) if part)
    verb = "Would publish" if summary.dry_run else "Published"
    yield f"{summary.file}: {summary.rows} rows, {kind}"
    yield (
        f"{verb} {summary.persons} people, {summary.assignments} assignments, {summary.units} units with "
        f"{summary.named_people} named people, in {summary.messages} messages"
    )
    yield (
        f"Of the people, {summary.without_address} have no address, {summary.broken_addresses} a broken one, "
        f"and {summary.opted_out} do not want mailings"
    )
    if summary.ignored_columns:
        yield f"Columns that mean nothing here: {', '.join(summary.ignored_columns)}"


def _differences(summary: ImportSummary, found: Differences) -> Iterator[str]:
    yield _counts("People", found.persons_added, found.persons_changed, len(found.persons_removed))
    yield _counts(
        "Assignments", found.assignments_added, found.assignments_changed, len(found.assignments_removed)
    )
    if found.units_added or found.units_removed:
        yield _counts("Units", found.units_added, None, len(found.units_removed))
    if found.units_stripped:
        yield f"Units: {found.units_stripped} lose their region or the unit above"
    if found.addresses_lost is None:
        yield "Addresses: not compared, the scheduler does not say who has one"
    elif found.addresses_lost:
        yield f"Addresses: {found.addresses_lost} people who had one lose it"
    if found.persons_removed:
        yield f"People no longer there: {', '.join(found.persons_removed)}"
    if found.units_removed:
        yield f"Units no longer there: {', '.join(found.units_removed)}"
    if found.held_back:
        yield f"Nothing is ended or erased: {found.held_back}"
        return
    verbs = ("Would end", "would erase", "would close") if summary.dry_run else ("Ended", "erased", "closed")
    closed = f", {verbs[2]} {summary.closed} units" if summary.closed else ""
    yield f"{verbs[0]} {summary.ended} assignments, {verbs[1]} {summary.erased} people{closed}"


def _counts(what: str, added: int, changed: int | None, removed: int) -> str:
    return (
        f"{what}: {added} added, {'' if changed is None else f'{changed} changed, '}{removed} no longer there"
    )
