"""What a scheduler must know after a history of messages: dictionaries and loops, no SQL."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from tests.component.scheduler import naive
from tests.component.scheduler.naive import Excluded, Holds, Mails, Ordered, Where, Who, World
from tests.component.scheduler.planning import WEDNESDAY

T = TypeVar("T")
Versions = dict[str, tuple[int, T]]


def newer(known: Versions[T], name: str, version: int, told: T) -> bool:
    """Take what is newer than what is known; say whether it was."""
    if name in known and known[name][0] >= version:
        return False
    known[name] = (version, told)
    return True


@dataclass
class History:
    """Everything that was told, as far as it counts."""

    people: Versions[Who] = field(default_factory=dict)
    places: Versions[Where] = field(default_factory=dict)
    held: Versions[Holds | None] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)
    words: dict[tuple[str, str], tuple[int, bool]] = field(default_factory=dict)
    orders: dict[UUID, tuple[int, Ordered]] = field(default_factory=dict)
    withdrawn: set[UUID] = field(default_factory=set)

    def person(self, version: int, told: Who) -> None:
        if told.name not in self.erased and newer(self.people, told.name, version, told) and told.email:
            self.forgotten.discard(told.email)

    def erase(self, name: str) -> None:
        """Whoever is erased is nobody for ever and holds nothing; an address of theirs alone is forgotten."""
        self.erased.add(name)
        _, gone = self.people.pop(name, (0, Who(name, None)))
        if gone.email and gone.email not in {who.email for _, who in self.people.values()}:
            self.forgotten.add(gone.email)
        for key, (version, holds) in self.held.items():
            if holds and holds.who == name:
                self.held[key] = (version, None)

    def hold(self, key: str, version: int, told: Holds | None) -> None:
        newer(self.held, key, version, None if told and told.who in self.erased else told)

    def word(self, address: str, scope: str, minute: int, *, lifted: bool) -> None:
        """Take an opt-out or its lifting: the later counts, and of two at once the opt-out."""
        before = self.words.get((address, scope))
        if before is None or (minute, not lifted) >= (before[0], not before[1]):
            self.words[address, scope] = (minute, lifted)

    def stopped(self) -> frozenset[tuple[str, str]]:
        return frozenset(stop for stop, (_, lifted) in self.words.items() if not lifted)

    def order(self, told: Ordered, week: int) -> None:
        if told.order_id not in self.orders and told.order_id not in self.withdrawn:
            self.orders[told.order_id] = (week, told)

    def world(self, week: int) -> World:
        """Return what decides a week's edition."""
        held = tuple(holds for _, holds in self.held.values() if holds)
        known = {name: who for name, (_, who) in self.people.items()}
        named = {holds.who for holds in held} - known.keys()
        return World(
            people=(*known.values(), *(Who(name, None) for name in sorted(named))),
            places=tuple(where for _, where in self.places.values()),
            held=held,
            orders=tuple(
                replace(told, withdrawn=told.order_id in self.withdrawn)
                for due, told in self.orders.values()
                if due == week
            ),
            stopped=self.stopped(),
        )

    def freeze(self, week: int) -> tuple[Mails, Excluded]:
        return naive.merge(self.world(week), WEDNESDAY + week * timedelta(days=7))

    def take_back(self, mails: Mails, addresses: set[str] | None = None) -> tuple[Mails, Excluded]:
        """Return what is left of mails not yet handed over, and why the rest is not: all, or some of them."""
        lost: Excluded = {}
        left: Mails = {}
        for address, (language, people) in mails.items():
            if addresses is not None and address not in addresses:
                left[address] = (language, people)
                continue
            for person, sections in people.items():
                for order, roles in sections.items():
                    if reason := self._objection(address, person, self.orders[order][1]):
                        lost[order, person] = reason
                    else:
                        kept = left.setdefault(address, (language, {}))[1]
                        kept.setdefault(person, {})[order] = roles
        return left, lost

    def _objection(self, address: str, person: str, order: Ordered) -> str | None:
        stopped, refusable = self.stopped(), order.order_class != "duty"
        objections = (
            (person in self.erased, "erased"),
            (address in self.forgotten, "missing_address"),
            (order.order_id in self.withdrawn, "withdrawn"),
            ((address, "address") in stopped, "dead_address"),
            (refusable and (address, "organisation") in stopped, "opted_out"),
            (refusable and (address, f"unit:{order.unit}") in stopped, "opted_out_unit"),
        )
        return next((reason for applies, reason in objections if applies), None)
