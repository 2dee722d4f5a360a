"""Makes orders for a register: overlapping audiences from a handful of people to nearly all."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from deploy.importing.events import MAILING_TYPES
from deploy.importing.rows import BrokenRow, Row
from deploy.register.chance import Chance
from deploy.register.texts import FAQ, TOPICS, write_text
from shared.addresses import is_deliverable, normalize

PAIRS_PER_PERSON = 3.33
"""So that 40 orders to 300 000 people come to 1 000 000 pairs."""

FALL = 0.8
"""How fast audiences become smaller: the size of the k-th is as k to the power of minus this."""

MOST = 0.45
"""Largest share of all assignments that one order goes to."""

OFFICES = frozenset({"riks", "region", "national"})

CANDIDATES = 150
FROM_OFFICES = 0.6
"""Share of the orders that come from the national office and the regions."""

CLASSES = {"information": 0.6, "appeal": 0.25, "duty": 0.15}

MONDAY = datetime(2027, 2, 8, 8, 0)  # noqa: DTZ001  (local time, as the file of orders has it)
WEEK_HOURS = 4 * 24 + 7
"""From Monday at 8 to Friday at 15: all before the cut-off (A3)."""

REACHED = 0.79
"""People reached for each assignment: some hold two, some have no address, some assignments are over."""


@dataclass
class Demand:
    """What can be ordered in a register: people, assignments by region and type, and who orders for a unit.

    ``orderers`` has the unit's first named person (A9), or where there is none the first with an address.
    ``offices`` are the units above the branches.
    """

    people: int = 0
    held: Counter[tuple[str, str]] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)
    orderers: dict[str, str] = field(default_factory=dict)
    offices: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, rows: Iterable[Row | BrokenRow]) -> "Demand":
        """Count the rows of an export; broken ones say nothing."""
        demand = cls()
        named: dict[str, str] = {}
        people: set[str] = set()
        for row in rows:
            if not isinstance(row, Row):
                continue
            people.add(row.person_id)
            if not row.assignment_type:
                continue
            demand.held[row.region, row.assignment_type] += 1
            if row.unit_id not in demand.names and row.unit_kind in OFFICES:
                demand.offices.append(row.unit_id)
            demand.names.setdefault(row.unit_id, row.unit_name)
            orderers = named if row.assignment_type in MAILING_TYPES else demand.orderers
            if row.unit_id not in orderers and is_deliverable(normalize(row.email)):
                orderers[row.unit_id] = normalize(row.email)
        demand.people = len(people)
        demand.orderers.update(named)
        return demand

    @property
    def regions(self) -> list[str]:
        return sorted({region for region, _ in self.held if region})

    @property
    def types(self) -> list[str]:
        return sorted({name for _, name in self.held})

    def size(self, types: Iterable[str], regions: Iterable[str]) -> int:
        """How many assignments an audience has; no regions means everywhere."""
        types, regions = set(types), set(regions)
        return sum(
            count
            for (region, name), count in self.held.items()
            if name in types and (not regions or region in regions)
        )


def make_orders(demand: Demand, orders: int, seed: int) -> Iterator[dict[str, Any]]:
    """Give orders as entries of a file of orders. All keep the rules and were received in the same week."""
    chance = Chance(seed)
    units = sorted(demand.orderers)
    offices = sorted(set(demand.offices) & set(units)) or units
    for number, size in enumerate(_sizes(demand, orders), 1):
        unit_id = chance.pick(offices if chance.happens(FROM_OFFICES) else units)
        topic = chance.pick(TOPICS)
        received = MONDAY + timedelta(minutes=chance.below(WEEK_HOURS * 60))
        yield {
            "unit": unit_id,
            "ordered_by": demand.orderers[unit_id],
            "title": f"{topic} (ärende {number:03d})",
            "class": chance.weighed(CLASSES),
            "received_at": received.isoformat(timespec="minutes"),
            "audience": _audience(chance, demand, size),
            "faq": FAQ,
            "text": write_text(chance, topic, demand.names[unit_id], number),
        }


def write_orders(path: Path, rows: Iterable[Row | BrokenRow], orders: int, seed: int) -> None:
    """Make orders for an export's rows and write them to a file of orders. JSON, which is YAML as well."""
    entries = list(make_orders(Demand.of(rows), orders, seed))
    path.write_text(json.dumps(entries, ensure_ascii=False, indent=1), encoding="utf-8")


def _sizes(demand: Demand, orders: int) -> list[float]:
    """Return how many assignments each order goes to, so that the pairs come to their sum."""
    wanted = demand.people * PAIRS_PER_PERSON / REACHED
    weights = [place**-FALL for place in range(1, orders + 1)]
    unit = wanted / sum(weights)
    return [min(unit * weight, demand.held.total() * MOST) for weight in weights]


def _audience(chance: Chance, demand: Demand, size: float) -> dict[str, Any]:
    candidates = [_any_audience(chance, demand) for _ in range(CANDIDATES)]

    def distance(candidate: tuple[list[str], list[str]]) -> float:
        return abs(math.log((demand.size(*candidate) + 1) / (size + 1)))

    types, regions = min(candidates, key=distance)
    return {"assignment_types": types, **({"regions": regions} if regions else {"all": True})}


def _any_audience(chance: Chance, demand: Demand) -> tuple[list[str], list[str]]:
    types = sorted({chance.pick(demand.types) for _ in range(1 + chance.below(5))})
    if not demand.regions or chance.happens(0.4):
        return types, []
    return types, sorted({chance.pick(demand.regions) for _ in range(1 + chance.below(9))})
