"""The units: the national office, a region for each county, and a branch for each municipality."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from deploy.register.names import in_address

DATA = Path(__file__).parent / "data"

NATIONAL = "RIKS"

INHABITANTS = {
    "0180": 980, "1480": 600, "1280": 360, "0380": 245, "0580": 167, "1880": 158, "1980": 159, "1283": 151,
    "0581": 145, "0680": 145, "2480": 132, "1281": 128, "1490": 114, "0126": 114, "1380": 105, "0181": 103,
    "0182": 109, "2180": 103, "2281": 99, "0484": 107, "1780": 97, "0780": 97, "0127": 95, "0136": 96,
    "1290": 86, "1384": 85, "0184": 84, "0123": 83, "0160": 75, "2482": 74, "0163": 76, "2580": 79,
    "0880": 71, "1481": 70, "1383": 67, "1080": 67, "0188": 65, "2380": 64, "1488": 59, "2080": 60,
}  # fmt: skip
"""Thousands in the largest municipalities, roughly: branches there have more people. Others have 6 to 30."""


@dataclass(frozen=True)
class Municipality:
    code: str
    name: str
    county_code: str
    county: str
    region: str


@dataclass(frozen=True)
class UnitOfRegister:
    """A unit. ``weight`` is its share of the people."""

    unit_id: str
    name: str
    kind: str
    region: str
    weight: float

    @property
    def address_part(self) -> str:
        """The unit's name as it stands in an address."""
        return in_address(self.name.replace(" ", "-"))


@lru_cache(1)
def municipalities() -> tuple[Municipality, ...]:
    """Return the 290 municipalities, by code, with their counties (Statistics Sweden)."""
    with (DATA / "kommuner.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Municipality(*row) for row in list(csv.reader(file, delimiter=";"))[1:])


@lru_cache(1)
def all_units() -> tuple[UnitOfRegister, ...]:
    """Return the 312 units: those that a small register keeps come first."""
    regions = {entry.county_code: entry.region for entry in municipalities()}
    offices = [UnitOfRegister(NATIONAL, "Riksförbundet", "riks", "", 5.0)]
    offices += [
        UnitOfRegister(f"R{code}", f"Region {region}", "region", region, 3.0)
        for code, region in regions.items()
    ]
    branches = [
        UnitOfRegister(entry.code, entry.name, "krets", entry.region, _thousands(entry.code) ** 0.6)
        for entry in municipalities()
    ]
    branches.sort(key=lambda unit: (-unit.weight, unit.unit_id))
    return (*offices, *branches)


def _thousands(code: str) -> float:
    return INHABITANTS.get(code, 6 + int(code) * 7 % 25)
