"""The register that ships with the project, so that it can be made again.

``python -m deploy.register.shipped`` writes it.
"""

from collections.abc import Iterator

from deploy.register.generate import RegisterRow, make_register
from deploy.register.units import DATA
from deploy.register.writing import write_register

CRM_EXPORT = DATA / "crm-export.csv"
ORDERS = DATA / "orders.yaml"

PEOPLE = 6_000
SEED = 2027

BROKEN = {
    1_000: {"valid_from": "2027-02-30"},
    4_000: {"valid_from": "2026-03-22", "valid_to": "2025-03-31"},
    7_000: {"person_id": ""},
}
"""Rows that an import has to refuse, by place: a day that is none, an end before its beginning, nobody."""

EMPTY_ROWS = 2
"""Rows that Excel leaves at the end where something was deleted."""


def shipped_rows() -> Iterator[RegisterRow]:
    """Give the rows of the shipped export."""
    for place, row in enumerate(make_register(PEOPLE, SEED)):
        if place in BROKEN:
            yield row._replace(**BROKEN[place])
        yield row
    yield from [RegisterRow(*[""] * len(RegisterRow._fields))] * EMPTY_ROWS


if __name__ == "__main__":
    write_register(CRM_EXPORT, shipped_rows())
