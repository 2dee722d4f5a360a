"""A membership and its orders, of any size and always the same: what a merge is measured with."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.contracts.crm import Assignment, Person, Unit
from shared.contracts.intake import Audience, Excluded, OrderAccepted, SectionText
from shared.contracts.message import OrderClass

REGIONS = tuple(f"Region {number}" for number in range(1, 22))
KINDS = (
    "medlem",
    "utskicksmottagare",
    "ordförande",
    "kassör",
    "sekreterare",
    "ledamot",
    "revisor",
    "valberedare",
    "studieledare",
    "ungdomsledare",
    "medlemsansvarig",
    "webbansvarig",
)
AGREEMENTS = tuple(f"avtal {number}" for number in range(1, 9))
CLASSES: tuple[OrderClass, ...] = ("information", "duty", "information", "appeal")
BRANCH = 50
"""Units under one, itself included."""

EXTRA = 3
"""Every third person holds a second assignment."""


@dataclass(frozen=True)
class Membership:
    """``people`` people in a unit for every 200 of them; a third as many assignments again.

    Two in three have an agreement and an occupational group. One in 20 has no address, one in 100 a broken
    one, one in 25 shares the one before; one in 50 assignments has ended.
    """

    people: int
    seed: int = 1

    @property
    def units(self) -> int:
        return max(10, min(1500, self.people // 200))

    def each_unit(self) -> Iterator[Unit]:
        for number in range(self.units):
            yield Unit(
                unit_id=f"u{number}",
                version=1,
                name=f"Krets {number}",
                region=REGIONS[number % len(REGIONS)],
                parent_id=f"u{number - number % BRANCH}" if number % BRANCH else None,
            )

    def each_person(self) -> Iterator[Person]:
        for number in range(self.people):
            yield Person(
                person_id=f"p{number}",
                version=1,
                first_name="Anna",
                last_name=f"Exempelsson {number}",
                email=self._address(number),
                language="en" if number % 30 == 0 else "sv",
                agreements=(AGREEMENTS[number % len(AGREEMENTS)],) if number % 3 else (),
                occupational_groups=(f"yrkesgrupp {number % 7}",) if number % 3 else (),
            )

    def each_assignment(self, ended: date) -> Iterator[Assignment]:
        """Assignments of which some were valid until ``ended``."""
        chance = random.Random(self.seed)
        count = self.people + self.people // EXTRA
        for number in range(count):
            person = number if number < self.people else (number - self.people) * EXTRA
            yield Assignment(
                assignment_id=f"a{number}",
                version=1,
                person_id=f"p{person}",
                unit_id=f"u{chance.randrange(self.units)}",
                assignment_type=KINDS[int(len(KINDS) * chance.random() ** 2)],
                valid_to=ended if number % 50 == 0 else None,
            )

    def each_order(self, count: int, completed_at: datetime) -> Iterator[OrderAccepted]:
        """Orders to two types each: everywhere, in eight regions, or in a quarter of the units."""
        for number in range(count):
            kinds = (KINDS[number * 7 % len(KINDS)], KINDS[(number * 5 + 3) % len(KINDS)])
            yield OrderAccepted(
                order_id=UUID(int=number + 1),
                unit_id=f"u{number % 5}",
                unit_name=f"Krets {number % 5}",
                ordered_by="asa.lind@example.org",
                title=f"Utskick {number}",
                order_class=CLASSES[number % len(CLASSES)],
                audience=self._audience(number, kinds),
                texts={"sv": SectionText(subject=f"Utskick {number}", markdown="Hej!\n\n" * 20)},
                completed_at=completed_at + timedelta(seconds=number),
            )

    def each_audience(self) -> Iterator[Audience]:
        """Audiences to estimate: the largest, a branch, members concerned, and one that excludes others."""
        kinds = KINDS[:2]
        yield Audience(assignment_types=kinds, all_units=True)
        yield Audience(assignment_types=kinds, own_branch=True)
        yield Audience(members=True, agreements=AGREEMENTS[:2], languages=("sv",))
        out = Excluded(assignment_types=KINDS[3:4], agreements=AGREEMENTS[:1], regions=REGIONS[:2])
        yield Audience(assignment_types=kinds, all_units=True, exclude=out)

    def each_opt_out(self) -> Iterator[tuple[str, str]]:
        """(address, scope) of one in 25 addresses."""
        scopes = ("organisation", "address", "unit:u0", "unit:u3")
        for number in range(0, self.people, 25):
            if address := self._address(number):
                yield address, scopes[number // 25 % len(scopes)]

    def _audience(self, number: int, kinds: tuple[str, str]) -> Audience:
        match number % 5:
            case 0:
                return Audience(assignment_types=kinds, all_units=True)
            case 1 | 2:
                regions = tuple(REGIONS[(number * 3 + step) % len(REGIONS)] for step in range(8))
                return Audience(assignment_types=kinds, regions=regions)
            case _:
                return Audience(
                    assignment_types=kinds, units=tuple(f"u{unit}" for unit in range(0, self.units, 4))
                )

    def _address(self, number: int) -> str | None:
        if number % 20 == 7:
            return None
        if number % 100 == 13:
            return f"person{number} at example.org"
        shared = number - 1 if number % 25 == 4 else number
        return f"person{shared}@example.org"
