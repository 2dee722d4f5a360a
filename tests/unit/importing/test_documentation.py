"""What docs/import.md shows is what works."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from deploy.importing.columns import NAMES, read_mapping
from deploy.importing.orders import AUDIENCE_FIELDS, FIELDS, read_orders
from deploy.importing.reading import open_export
from deploy.importing.register import RegisterNames
from deploy.importing.rows import BrokenRow
from deploy.register.shipped import CRM_EXPORT
from tests.unit.importing.exports import export_of, good

PAGE = (Path(__file__).parents[3] / "docs" / "import.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```\w*\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def example(beginning: str) -> str:
    (found,) = (text for text in EXAMPLES if text.startswith(beginning))
    return str(found)


def test_the_example_of_an_export_is_read(tmp_path: Path) -> None:
    first, second = good(export_of(tmp_path, example("Person-id;"), "cp1252"))
    assert first.person_id == second.person_id
    assert (first.unit_id, second.assignment_type) == ("0114", "utskicksmottagare")


def test_the_example_of_a_mapping_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(example("columns:"), encoding="utf-8")
    assert read_mapping(path).dates == "dmy"


def test_the_example_of_an_order_is_read(tmp_path: Path) -> None:
    path = tmp_path / "orders.yaml"
    path.write_text(example("- unit:"), encoding="utf-8")
    names = RegisterNames.of(open_export(CRM_EXPORT).rows())
    found = read_orders(path, names, ZoneInfo("Europe/Stockholm"), datetime.now(UTC))
    assert found.broken == ()
    assert (found.orders[0].unit_id, found.orders[0].ordered_by) == ("R12", "elisabeth.olofsson@example.org")


def test_the_broken_rows_shown_are_those_of_the_shipped_export() -> None:
    shown = example("3 rows left out").splitlines()[1:]
    broken = [row for row in open_export(CRM_EXPORT).rows() if isinstance(row, BrokenRow)]
    assert shown == [f"  line {row.line}: {row.reason}" for row in broken]


def test_every_column_and_field_is_described() -> None:
    assert [name for name in NAMES if f"`{name}`" not in PAGE] == []
    assert [name for name in FIELDS if f"| `{name}` |" not in PAGE] == []
    assert [name for name in AUDIENCE_FIELDS if name not in PAGE] == []
