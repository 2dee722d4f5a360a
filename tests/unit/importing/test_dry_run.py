"""An import that only says what it would do."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from deploy.importing.command import import_command
from deploy.importing.report import report
from deploy.importing.run import ImportRequest, run_import
from deploy.importing.summary import ImportSummary
from shared.clock import FixedClock
from tests.unit.importing.exports import person, text

CLOCK = FixedClock(datetime(2027, 2, 8, 8, 0, tzinfo=UTC))
NO_BUS = "amqp://nobody.invalid/"

app = typer.Typer()
app.command()(import_command)


def export(folder: Path, name: str, rows: list[list[str]]) -> Path:
    path = folder / name
    path.write_text(text(rows), encoding="utf-8")
    return path


def dry_run(path: Path, previous: Path | None = None, *, erase_removed: bool = False) -> ImportSummary:
    request = ImportRequest(path, previous=previous, erase_removed=erase_removed, dry_run=True)
    return run_import(request, NO_BUS, CLOCK)


def test_the_figures_are_those_of_the_file(tmp_path: Path) -> None:
    rows = [person("1"), person("1", assignment_type="kassör"), person(""), person("2", email="saknas")]
    summary = dry_run(export(tmp_path, "a.csv", rows))
    assert (summary.rows, summary.persons, summary.assignments, summary.units) == (4, 2, 3, 1)
    assert (summary.messages, summary.broken_addresses) == (3, 1)
    assert [row.line for row in summary.broken_rows] == [4]
    assert "  line 4: person_id is missing" in list(report(summary))


def test_the_differences_to_the_export_before_are_told(tmp_path: Path) -> None:
    before = export(
        tmp_path,
        "before.csv",
        [person("1"), person("2"), person("2", assignment_type="kassör"), person("3"), person("4")],
    )
    after = export(
        tmp_path,
        "after.csv",
        [person("1"), person("2", first_name="Ann"), person("3", valid_to="2027-12-31"), person("5")],
    )
    summary = dry_run(after, before, erase_removed=True)
    found = summary.differences
    assert found is not None
    assert (found.persons_added, found.persons_changed, found.persons_removed) == (1, 1, ("4",))
    assert (found.assignments_added, found.assignments_changed) == (1, 1)
    assert (len(found.assignments_removed), summary.ended, summary.erased) == (2, 2, 1)


def test_who_is_no_longer_there_is_erased_only_when_asked(tmp_path: Path) -> None:
    before = export(tmp_path, "before.csv", [person("1"), person("2")])
    summary = dry_run(export(tmp_path, "after.csv", [person("1")]), before)
    assert summary.differences is not None
    assert summary.differences.persons_removed == ("2",)
    assert (summary.ended, summary.erased) == (1, 0)


def test_a_person_whose_row_is_broken_has_not_vanished(tmp_path: Path) -> None:
    before = export(tmp_path, "before.csv", [person("1"), person("2")])
    summary = dry_run(export(tmp_path, "after.csv", [person("1"), person("2", valid_from="?")]), before)
    assert summary.differences is not None
    assert summary.differences.persons_removed == ()
    assert summary.ended == 0


def test_nothing_is_ended_while_a_row_does_not_say_whose_it_is(tmp_path: Path) -> None:
    before = export(tmp_path, "before.csv", [person("1"), person("2")])
    after = export(tmp_path, "after.csv", [person("1"), person("")])
    summary = dry_run(after, before, erase_removed=True)
    assert summary.differences is not None
    assert summary.differences.held_back.startswith("line 3 does not say whose row it is")
    assert (summary.ended, summary.erased) == (0, 0)


@pytest.mark.parametrize(("rows", "status"), [([person()], 0), ([person(), person("")], 2)])
def test_the_exit_status_tells_whether_rows_were_left_out(
    tmp_path: Path, rows: list[list[str]], status: int
) -> None:
    path = export(tmp_path, "a.csv", rows)
    result = CliRunner().invoke(app, [str(path), "--dry-run", "--json"])
    assert result.exit_code == status, result.output
    assert '"persons": 1' in result.stdout


def test_a_file_that_cannot_be_read_exits_1_with_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name\nAnna\n", encoding="utf-8")
    result = CliRunner().invoke(app, [str(path), "--dry-run"])
    assert result.exit_code == 1
    assert "Not imported: no column is person_id; the header is 'name'" in result.stderr
