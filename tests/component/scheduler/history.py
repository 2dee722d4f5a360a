"""What a scheduler must know and say after any history: the newest of what is told, and how editions go."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from services.scheduler.domain.wednesdays import WeekPlan
from tests.component.scheduler import naive
from tests.component.scheduler.facts import Excluded, Holds, Mails, Ordered, Where, Who, World, pairs

T = TypeVar("T")
Versions = dict[str, tuple[int, T]]
UNDER_WAY = ("frozen", "held", "released", "paused")
FINAL = ("accepted", "failed", "suppressed")
NOT_BEGUN = ("open", "frozen", "held", "parked")
PARK_AFTER, RESEND_AFTER, UNCERTAIN_AFTER = timedelta(hours=12), timedelta(minutes=5), timedelta(hours=1)

Said = list[tuple[str, date, Any]]
"""What is said of an edition, its day, and what exactly."""


def newer(known: Versions[T], name: str, version: int, told: T) -> bool:
    """Take what is newer than what is known; say whether it was."""
    if name in known and known[name][0] >= version:
        return False
    known[name] = (version, told)
    return True


@dataclass
class Share:
    """An order on an edition: all of it, or for those for whom contact pressure moved it (D2), from there."""

    weeks: int = 0
    carried: frozenset[str] = frozenset()
    origin: date | None = None
    taken_back: str = ""


@dataclass
class Edition:
    """An edition. ``outcomes`` are by address; ``asked_at``: handed over then, and not answered.
    ``since``: when it began to leave, or went on."""

    day: date
    freeze_at: datetime
    release_at: datetime
    state: str = "open"
    orders: dict[UUID, Share] = field(default_factory=dict)
    mails: Mails = field(default_factory=dict)
    excluded: Excluded = field(default_factory=dict)
    named: set[tuple[UUID, str]] = field(default_factory=set)
    outcomes: dict[str, str] = field(default_factory=dict)
    addresses: frozenset[str] = frozenset()
    asked_at: datetime | None = None
    since: datetime | None = None
    counted_at: datetime | None = None
    frozen: bool = False
    handed: bool = False

    def moved(self, order_id: UUID) -> frozenset[str]:
        """Return who has to wait for an order because there was too much for them (D2)."""
        left_out = self.excluded.items()
        return frozenset(n for (i, n), why in left_out if i == order_id and why == "contact_pressure")


@dataclass
class History:
    """Everything that was told, as far as it counts, and the editions that came of it."""

    plan: WeekPlan
    most: int = 0
    people: Versions[Who] = field(default_factory=dict)
    places: Versions[Where] = field(default_factory=dict)
    held: Versions[Holds | None] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)
    words: dict[tuple[str, str], tuple[int, bool]] = field(default_factory=dict)
    orders: dict[UUID, Ordered] = field(default_factory=dict)
    withdrawn: set[UUID] = field(default_factory=set)
    editions: dict[date, Edition] = field(default_factory=dict)

    def person(self, version: int, told: Who) -> None:
        if told.name not in self.erased and newer(self.people, told.name, version, told) and told.email:
            self.forgotten.discard(told.email)

    def erase(self, name: str) -> None:
        """Whoever is erased is nobody for ever and holds nothing; an address that nobody else needs is
        forgotten."""
        self.erased.add(name)
        _, gone = self.people.pop(name, (0, Who(name, None)))
        if gone.email and gone.email not in self._addresses() | self._still_going():
            self.forgotten.add(gone.email)
        for key, (version, holds) in self.held.items():
            if holds and holds.who == name:
                self.held[key] = (version, None)
        theirs = {a for e in self.editions.values() for a, (_, readers) in e.mails.items() if name in readers}
        self._look_at(theirs | {gone.email or ""})

    def hold(self, key: str, version: int, told: Holds | None) -> None:
        newer(self.held, key, version, None if told and told.who in self.erased else told)

    def word(self, address: str, scope: str, minute: int, *, lifted: bool) -> None:
        """Take an opt-out or its lifting: the later counts, and of two at once the opt-out."""
        before = self.words.get((address, scope))
        if before is None or (minute, not lifted) >= (before[0], not before[1]):
            self.words[address, scope] = (minute, lifted)
        if not lifted:
            self._look_at({address})

    def withdraw(self, order_id: UUID) -> None:
        """Take an order back, wherever it has been moved."""
        self.withdrawn.add(order_id)
        for edition in [*self.editions.values()]:
            if order_id in edition.orders and edition.orders[order_id].origin is None:
                self._no_longer(edition, [order_id], "withdrawn")

    def order(self, told: Ordered, now: datetime) -> Edition | None:
        """Put an order on the first Wednesday that is its own and takes it; None if it is on one already."""
        if told.order_id in self.orders or told.order_id in self.withdrawn:
            return None
        self.orders[told.order_id] = told
        wednesday = self.plan.wednesday_for(told.completed_at)
        while not self._takes(wednesday, now):
            wednesday = self.plan.next_after(wednesday)
        edition = self._edition(wednesday)
        edition.orders[told.order_id] = Share()
        return edition

    def extra(
        self, source: Edition, order_ids: list[UUID], day: date, at: datetime, now: datetime
    ) -> Edition:
        """Let orders leave with an edition of their own, to be frozen at once (A2)."""
        made = self.editions[day] = Edition(day, now, at)
        for order_id in order_ids:
            made.orders[order_id] = source.orders.pop(order_id)
        return made

    def decide(self, edition: Edition, verb: str, now: datetime) -> None:
        """Pause, resume or stop an edition that takes it."""
        if verb == "stop":
            self._no_longer(edition, edition.orders.keys(), "stopped")
            if not edition.handed:
                edition.outcomes = dict.fromkeys(edition.mails, "suppressed")
            edition.state = "stopped"
        elif verb == "pause":
            edition.state = "held" if edition.state == "frozen" else "paused"
        elif edition.state == "paused":
            edition.state, edition.since = "released", now
        else:
            if edition.state == "parked":
                edition.freeze_at, edition.frozen = now, False
            edition.state = "open" if edition.state == "parked" else "frozen"
            edition.release_at = max(edition.release_at, now + self.plan.undo)

    def report(self, edition: Edition, said: dict[str, str], now: datetime) -> None:
        """Take outcomes of a batch, by address: nothing but an end comes after an end."""
        before = Counter(edition.outcomes.values())
        for address, outcome in said.items():
            if outcome in FINAL or edition.outcomes.get(address) not in FINAL:
                edition.outcomes[address] = outcome
        edition.counted_at = now if Counter(edition.outcomes.values()) != before else edition.counted_at
        edition.asked_at = None

    def sweep(self, now: datetime) -> Said:
        """Do what is due, and return what is said of it."""
        said: Said = []
        for edition in self.editions.values():
            late = edition.state == "open" or now > edition.release_at + self.plan.undo
            leaves = now + self.plan.undo if late else now
            missed = edition.release_at < self.plan.missed_before(leaves, PARK_AFTER)
            if missed and edition.state in NOT_BEGUN:
                edition.state = "parked"
            over = edition.since is not None and edition.since < self.plan.missed_before(now, PARK_AFTER)
            if over and edition.state == "released" and edition.asked_at is not None:
                edition.state = "paused"
        for step in (self._freeze, self._release, self._ask_again):
            for day in sorted(self.editions):
                said += step(self.editions[day], now)
        needed = {a for e in self.editions.values() if e.state in UNDER_WAY for a in e.addresses}
        everyone = {a for e in self.editions.values() for a in e.addresses}
        self.forgotten |= everyone - needed - self._addresses()
        for edition in self.editions.values():
            if edition.state == "released" and self._is_settled(edition, now):
                edition.state = "completed"
                said.append(("completed", edition.day, Counter(edition.outcomes.values())["accepted"]))
        return said

    def _freeze(self, edition: Edition, now: datetime) -> Said:
        if edition.state != "open" or edition.freeze_at > now:
            return []
        edition.release_at = max(edition.release_at, now + self.plan.undo)
        day = self.plan.day_of(edition.release_at)
        edition.mails, edition.excluded = naive.merge(self.world(edition), day)
        edition.named = pairs(edition.mails) | edition.excluded.keys()
        edition.addresses, edition.frozen, edition.state = frozenset(edition.mails), True, "frozen"
        return [("frozen", edition.day, (len(pairs(edition.mails)), len(edition.mails)))]

    def _release(self, edition: Edition, now: datetime) -> Said:
        if edition.state != "frozen" or edition.release_at > now:
            return []
        if now > edition.release_at + self.plan.undo:
            edition.release_at = now + self.plan.undo
            return []
        edition.state, edition.handed, edition.since = "released", True, now
        self._take_back(edition, [*edition.mails])
        said = self._hand_over(edition, now)
        self._carry_over(edition, now)
        return [*said, ("released", edition.day, len(edition.mails))]

    def _ask_again(self, edition: Edition, now: datetime) -> Said:
        is_due = edition.asked_at is not None and edition.asked_at <= now - RESEND_AFTER
        if edition.state == "paused" or not is_due:
            return []
        return self._hand_over(edition, now)

    def _hand_over(self, edition: Edition, now: datetime) -> Said:
        """Hand over what has no outcome, perhaps again: it may have left, so nothing is taken back then."""
        waiting = {a: mail for a, mail in edition.mails.items() if a not in edition.outcomes}
        gone = waiting.keys() & self.forgotten
        edition.outcomes |= dict.fromkeys(gone, "suppressed")
        edition.counted_at = now if gone or edition.counted_at is None else edition.counted_at
        handed = {a: mail for a, mail in waiting.items() if a not in gone}
        edition.asked_at = now if handed else None
        return [("handed", edition.day, handed)] if handed else []

    def _take_back(self, edition: Edition, addresses: Collection[str]) -> None:
        """Take out of the mails to some addresses what must not be sent any more."""
        some = {address: mail for address, mail in edition.mails.items() if address in addresses}
        left, lost = naive.take_back(self.world(edition), some)
        kept = {address: mail for address, mail in edition.mails.items() if address not in addresses}
        edition.mails, edition.excluded = kept | left, edition.excluded | lost

    def _look_at(self, addresses: Collection[str]) -> None:
        """What is decided and has not begun to leave loses at once what no longer holds."""
        for edition in self.editions.values():
            if edition.frozen and edition.state in NOT_BEGUN:
                self._take_back(edition, addresses)

    def _no_longer(self, edition: Edition, order_ids: Collection[UUID], reason: str) -> None:
        """Take back orders of an edition, and what was moved out of it and on, as far as it is here."""
        chain = [edition]
        for each in chain:
            followers = (
                later
                for later in self.editions.values()
                if any(later.orders[i].origin == each.day for i in later.orders.keys() & order_ids)
            )
            chain += [later for later in followers if later not in chain]
        for each in chain:
            if each.state not in NOT_BEGUN:
                continue
            for order_id in each.orders.keys() & order_ids:
                share = each.orders[order_id]
                if each is edition or share.origin:
                    share.taken_back = share.taken_back or (reason if share.origin else "")
                    for day in {each.day, share.origin or each.day}:
                        self._promise_no_more(self.editions[day], order_id, reason)
            if each.frozen:
                self._take_back(each, [*each.mails])

    def _promise_no_more(self, edition: Edition, order_id: UUID, reason: str) -> None:
        for name in edition.moved(order_id):
            edition.excluded[order_id, name] = reason

    def _carry_over(self, edition: Edition, now: datetime) -> None:
        """Let the next edition that is open take what was too much, for those for whom it was (D2)."""
        for order_id, share in edition.orders.items():
            moved = edition.moved(order_id)
            if not moved or order_id in self.withdrawn or share.taken_back:
                continue
            wednesday = self.plan.wednesday_after(edition.day)
            while not self._takes(wednesday, now) or order_id in self._edition(wednesday).orders:
                wednesday = self.plan.wednesday_after(wednesday)
            self._edition(wednesday).orders[order_id] = Share(share.weeks + 1, moved, edition.day)

    def _takes(self, wednesday: date, now: datetime) -> bool:
        there = self.editions.get(wednesday)
        return now < self.plan.undo_at(wednesday) and (there is None or there.state == "open")

    def _edition(self, wednesday: date) -> Edition:
        fresh = Edition(wednesday, self.plan.freeze_at(wednesday), self.plan.release_at(wednesday))
        return self.editions.setdefault(wednesday, fresh)

    def _is_settled(self, edition: Edition, now: datetime) -> bool:
        """Whether each mail has its end. Uncertain ones are waited for only so long."""
        known = [edition.outcomes.get(address, "planned") for address in edition.mails]
        if "planned" in known or "deferred" in known:
            return False
        return "uncertain" not in known or now >= (edition.counted_at or now) + UNCERTAIN_AFTER

    def _addresses(self) -> set[str | None]:
        return {who.email for _, who in self.people.values()}

    def _still_going(self) -> set[str]:
        """Return where a mail is still to go to a reader who is not erased."""
        return {
            address
            for edition in self.editions.values()
            if edition.state in UNDER_WAY
            for address, (_, readers) in edition.mails.items()
            if address not in edition.outcomes and readers.keys() - self.erased
        }

    def world(self, edition: Edition) -> World:
        """Return what decides an edition now."""
        held = tuple(holds for _, holds in self.held.values() if holds)
        known = {name: who for name, (_, who) in self.people.items()}
        nameless = {holds.who for holds in held} - known.keys()
        return World(
            people=(
                *known.values(),
                *(Who(name, None) for name in sorted(nameless)),
                *(Who(name, None, erased=True) for name in sorted(self.erased)),
            ),
            places=tuple(where for _, where in self.places.values()),
            held=held,
            orders=tuple(
                replace(
                    self.orders[order_id],
                    withdrawn=order_id in self.withdrawn,
                    weeks=share.weeks,
                    carried=share.carried,
                    taken_back=share.taken_back,
                )
                for order_id, share in edition.orders.items()
            ),
            stopped=frozenset(stop for stop, (_, lifted) in self.words.items() if not lifted),
            got={order_id: self._got(order_id) for order_id in self.orders},
            most=self.most,
            forgotten=frozenset(self.forgotten),
        )

    def _got(self, order_id: UUID) -> frozenset[str]:
        """Return in whose mail an order stands, unless that was held back or has failed, and who is still to
        get it where it was moved (D2)."""
        found: set[str] = set()
        for edition in self.editions.values():
            if edition.state in ("open", "parked"):
                continue
            if edition.state in ("frozen", "held") and order_id in self.withdrawn:
                continue
            for address, (_, readers) in edition.mails.items():
                outcome = edition.outcomes.get(address, "planned")
                if outcome not in ("failed", "suppressed"):
                    found |= {name for name, sections in readers.items() if order_id in sections}
            if not self._is_decided_after(edition, order_id):
                found |= edition.moved(order_id)
        return frozenset(found)

    def _is_decided_after(self, edition: Edition, order_id: UUID) -> bool:
        """Whether the edition to which some of an order was moved is decided."""
        return any(
            order_id in later.orders
            and later.orders[order_id].origin == edition.day
            and later.state not in ("open", "parked")
            for later in self.editions.values()
        )
