"""Makes a register of any size, the same for the same seed."""

from collections.abc import Iterator
from typing import NamedTuple

from deploy.register.assignments import (
    IN_REGION,
    NAMED,
    OTHERS,
    SEATS,
    Period,
    further,
    period,
    term_before,
)
from deploy.register.chance import Chance
from deploy.register.people import Invented, Population
from deploy.register.units import UnitOfRegister, all_units, municipalities

SMALLEST = 6
"""Fewest people of a unit. A register too small for all units has the first of them."""

AGAIN = 0.004
COMMON = 0.25
"""Share of the branches that have an address of their own, which board members use instead of theirs."""

BOARD = frozenset({"ordförande", "sekreterare", "kassör"})


class RegisterRow(NamedTuple):
    """A row of the export, every cell a text, in the order of the file's columns."""

    person_id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    birth_year: str
    language: str
    unit_id: str
    unit_name: str
    unit_kind: str
    region: str
    assignment_type: str
    valid_from: str
    valid_to: str
    opted_out: str


def make_register(people: int, seed: int) -> Iterator[RegisterRow]:
    """Give the rows of a register of so many people, unit by unit."""
    chance = Chance(seed)
    population = Population(chance)
    units = all_units()[: max(1, min(len(all_units()), people // SMALLEST))]
    sizes = _sizes(people, units)
    order = {entry.code: place for place, entry in enumerate(municipalities())}
    regions = {unit.region: unit for unit in units if unit.kind == "region"}
    for unit in sorted(units, key=lambda unit: (order.get(unit.unit_id, -1), unit.unit_id)):
        yield from _rows_of(chance, population, unit, regions.get(unit.region), sizes[unit.unit_id])


def _sizes(people: int, units: tuple[UnitOfRegister, ...]) -> dict[str, int]:
    """Share people out by weight, none below the smallest, the sum exact."""
    least = min(SMALLEST, people // len(units))
    left = people - least * len(units)
    total = sum(unit.weight for unit in units)
    sizes: dict[str, int] = {}
    weight = 0.0
    given = 0
    for unit in units:
        weight += unit.weight
        upto = round(left * weight / total)
        sizes[unit.unit_id] = least + upto - given
        given = upto
    return sizes


def _rows_of(
    chance: Chance, population: Population, unit: UnitOfRegister, region: UnitOfRegister | None, size: int
) -> Iterator[RegisterRow]:
    common = f"{unit.address_part}@kretsar.example.se" if chance.happens(COMMON) else ""
    before: Invented | None = None
    for seat in range(size):
        main = SEATS[seat] if seat < len(SEATS) else chance.weighed(OTHERS)
        sure = main == NAMED
        shared = common if main in BOARD and chance.happens(0.4) else ""
        partner = None if sure or shared else population.partner_of(before)
        before = population.person(partner, shared, sure=sure)
        if not main:
            yield _row(before, None, "", Period("", ""))
            continue
        for place, name in enumerate([main, *further(chance, main)]):
            held = period(chance, name, sure=sure and place == 0)
            yield _row(before, unit, name, held)
            if held.first < "2027" and chance.happens(AGAIN):
                yield _row(before, unit, name, term_before(chance, held))
        if main == "ordförande" and region is not None and region != unit and chance.happens(IN_REGION):
            yield _row(before, region, "ledamot", period(chance, "ledamot", sure=False))


def _row(person: Invented, unit: UnitOfRegister | None, assignment_type: str, held: Period) -> RegisterRow:
    return RegisterRow(
        person_id=person.person_id,
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        phone=person.phone,
        birth_year=str(person.birth_year),
        language=person.language,
        unit_id=unit.unit_id if unit else "",
        unit_name=unit.name if unit else "",
        unit_kind=unit.kind if unit else "",
        region=unit.region if unit else "",
        assignment_type=assignment_type,
        valid_from=held.first,
        valid_to=held.last,
        opted_out="ja" if person.opted_out else "nej",
    )
