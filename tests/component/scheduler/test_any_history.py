"""Whatever happens in whatever order, everyone named is in exactly one mail or left out for a reason."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, cast
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shared.addresses import address_hash
from shared.clock import FileClock
from shared.contracts.compliance import SuppressionAdded, SuppressionLifted
from shared.contracts.crm import (
    Assignment,
    AssignmentChanged,
    AssignmentEnded,
    EndedAssignment,
    ErasedPerson,
    Person,
    PersonChanged,
    PersonErased,
    Unit,
    UnitChanged,
)
from shared.contracts.intake import Audience, OrderWithdrawn
from shared.contracts.message import Language
from shared.contracts.scheduler import EditionCompleted, EditionFrozen, EditionReleased, OrderScheduled
from shared.contracts.sender import BatchRecorded, DeliverBatch, DeliveryReported, PrepareEdition
from tests.component.scheduler.ground import Ground, grounded
from tests.component.scheduler.history import History, newer
from tests.component.scheduler.naive import CLASSES, Excluded, Holds, Mails, Ordered, Where, Who
from tests.component.scheduler.planning import CUTOFF, RELEASE, SECRET, TUESDAY
from tests.component.scheduler.worlds import (
    ADDRESSES,
    KINDS,
    NAMES,
    PLACES,
    REGIONS,
    SCOPES,
    UNIT_KINDS,
    holdings,
    ordered,
    people,
    seldom,
    stops,
)
from tests.component.scheduler.worlds import accepted as as_accepted

HISTORIES = int(os.environ.get("ONSDAG_TEST_HISTORIES", "40"))
STEPS = 40
LAST_WEEK = 5
KEYS = 14
A_WEEK = timedelta(days=7)

names = st.sampled_from(NAMES)
versions = st.integers(0, 6)
places = st.builds(
    Where,
    st.sampled_from(PLACES),
    st.sampled_from(REGIONS),
    seldom,
    st.sampled_from(UNIT_KINDS),
    st.sampled_from((None, None, *PLACES)),
)
minutes = st.integers(0, 5)
keys = st.sampled_from([f"a{number}" for number in range(KEYS)])
crowded = st.builds(
    Ordered,
    st.integers(1, 12).map(lambda number: UUID(int=number)),
    st.sampled_from(PLACES[:2]),
    st.sampled_from(CLASSES),
    st.just(TUESDAY),
    st.just(Audience(assignment_types=KINDS, all_units=True)),
)
"""Orders to everybody who holds anything."""


class AnyHistory(RuleBasedStateMachine):
    """Messages of every kind, and Wednesdays, in any order that time allows."""

    ground: ClassVar[Ground]

    def __init__(self) -> None:
        super().__init__()
        self.ground.run(self.ground.conn.begin())
        self.model = History()
        self.week = 0
        self.state = "open"
        self.planned: Mails = {}
        self.excluded: Excluded = {}
        self.named: set[tuple[UUID, str]] = set()
        self.sent: list[DeliverBatch] = []
        self.order_at: dict[int, UUID] = {}
        self.ground.clock.set(TUESDAY)

    @initialize(
        emails=st.tuples(*[st.sampled_from(ADDRESSES)] * len(NAMES)),
        held=st.lists(holdings, min_size=8, max_size=KEYS),
        stops=stops,
        crowd=st.lists(crowded, min_size=1, max_size=4),
    )
    def some_are_here_already(
        self,
        emails: tuple[str, ...],
        held: list[Holds],
        stops: frozenset[tuple[str, str]],
        crowd: list[Ordered],
    ) -> None:
        """Enough that a Wednesday has something to do."""
        told = [(1, Who(name, email)) for name, email in zip(NAMES, emails, strict=True)]
        self._tell_people(told)
        self._tell_units([(0, Where(place, REGIONS[n % 2])) for n, place in enumerate(PLACES)])
        self._tell_assignments([(f"a{n}", 1, holds) for n, holds in enumerate(held)])
        for address, scope in sorted(stops):
            self.opt_out(address, scope, 0, lifted=False)
        for each in crowd:
            self.order(each)

    def teardown(self) -> None:
        """End every history with a Wednesday, and undo it."""
        try:
            if self.state == "open" and self._has_orders():
                self.cut_off()
            if self.state == "frozen":
                self.wednesday()
            if self.state == "released":
                self.answers_come()
        finally:
            self.ground.run(self.ground.conn.rollback())

    @rule(name=names, version=versions, who=people)
    def person(self, name: str, version: int, who: Who) -> None:
        self._tell_people([(version, replace(who, name=name, erased=False))])

    @rule(name=names, version=versions)
    def person_is_erased(self, name: str, version: int) -> None:
        told = ErasedPerson(person_id=name, version=version)
        theirs = {address for address, (_, readers) in self.planned.items() if name in readers}
        if name in self.model.people:
            theirs.add(str(self.model.people[name][1].email))
        self.ground.tell("erase-persons", PersonErased(persons=(told,)))
        self.model.erase(name)
        self._take_back_at_once(theirs)

    @rule(version=versions, where=places)
    def unit(self, version: int, where: Where) -> None:
        self._tell_units([(version, where)])

    @rule(key=keys, version=versions, holds=holdings)
    def assignment(self, key: str, version: int, holds: Holds) -> None:
        self._tell_assignments([(key, version, holds)])

    @rule(key=keys, version=versions)
    def assignment_ends(self, key: str, version: int) -> None:
        told = EndedAssignment(assignment_id=key, version=version)
        self.ground.tell("end-assignments", AssignmentEnded(assignments=(told,)))
        self.model.hold(key, version, None)

    @rule(
        address=st.sampled_from(ADDRESSES),
        scope=st.sampled_from(SCOPES),
        minute=minutes,
        lifted=st.booleans(),
    )
    def opt_out(self, address: str, scope: str, minute: int, *, lifted: bool) -> None:
        hashed = address_hash(SECRET.encode(), address).hex()
        at = TUESDAY + timedelta(minutes=minute)
        if lifted:
            self.ground.tell("lift-suppression", SuppressionLifted(address_hash=hashed, scope=scope, at=at))
        else:
            added = SuppressionAdded(address_hash=hashed, scope=scope, reason="opted_out", at=at)
            self.ground.tell("suppress-address", added)
        self.model.word(address, scope, minute, lifted=lifted)
        if not lifted:
            self._take_back_at_once({address})

    @rule(told=st.one_of(crowded, st.integers(0, 3).flatmap(ordered)))
    def order(self, told: Ordered) -> None:
        """One that came already is only answered again; a new one leaves with the edition that is open."""
        known = told.order_id in self.model.orders
        self.ground.tell("place-order", as_accepted(told))
        answered = self.ground.hear(OrderScheduled)[OrderScheduled.TYPE]
        assert len(answered) == (told.order_id not in self.model.withdrawn)
        week = self.week if self.state == "open" else self.week + 1
        self.model.order(told, week)
        if answered and not known:
            assert answered[0].wednesday == RELEASE.date() + week * A_WEEK

    @rule(number=st.integers(0, 30))
    def withdrawal(self, number: int) -> None:
        """Of an order that came, or of one that may yet come."""
        placed = sorted(self.model.orders, key=str)
        order_id = placed[number % len(placed)] if placed and number else UUID(int=1000 + number % 4)
        self.ground.tell("withdraw-order", OrderWithdrawn(order_id=order_id, reason="Fel."))
        self.model.withdrawn.add(order_id)
        if order_id in self.model.orders and self.model.orders[order_id][0] == self.week:
            self._take_back_at_once(None)

    @precondition(lambda self: self.state == "open" and self.week < LAST_WEEK and self._has_orders())
    @rule()
    def cut_off(self) -> None:
        self.planned, self.excluded = self.model.freeze(self.week)
        self.named = pairs(self.planned) | self.excluded.keys()
        self.ground.sweep(CUTOFF + self.week * A_WEEK)
        (frozen,) = self.ground.hear(EditionFrozen)[EditionFrozen.TYPE]
        assert (frozen.pairs, frozen.mails) == (len(pairs(self.planned)), len(self.planned))
        self.state = "frozen"
        assert self._noted() == self.excluded

    @precondition(lambda self: self.state == "frozen")
    @rule()
    def wednesday(self) -> None:
        self.planned, lost = self.model.take_back(self.planned)
        self.excluded |= lost
        self.ground.sweep(RELEASE + self.week * A_WEEK)
        said = self.ground.hear(PrepareEdition, DeliverBatch, EditionReleased, EditionCompleted)
        for prepared in said[PrepareEdition.TYPE]:
            self.order_at = {section.position: section.order_id for section in prepared.sections}
        self._handed_over(said[DeliverBatch.TYPE])
        if said[EditionCompleted.TYPE]:
            assert not self.planned
            self._next_week()
        else:
            self.state = "released"

    @precondition(lambda self: self.state == "released")
    @rule()
    def no_answer_comes(self) -> None:
        self.planned, lost = self.model.take_back(self.planned)
        self.excluded |= lost
        self.ground.sweep(self.ground.clock.now() + timedelta(minutes=6))
        said = self.ground.hear(DeliverBatch, EditionCompleted)
        self._handed_over(said[DeliverBatch.TYPE])
        if said[EditionCompleted.TYPE]:
            assert not self.planned
            self._next_week()

    @precondition(lambda self: self.state == "released")
    @rule()
    def answers_come(self) -> None:
        for batch in self.sent:
            size = len(batch.mails)
            recorded = BatchRecorded(
                edition_id=batch.edition_id, batch=batch.batch, recorded=size, repeated=0
            )
            outcomes = [{"mail_id": m.mail_id, "state": "accepted", "at": RELEASE} for m in batch.mails]
            told = {"edition_id": batch.edition_id, "outcomes": outcomes}
            self.ground.tell("note-batch", recorded)
            self.ground.tell("note-outcomes", DeliveryReported.model_validate(told))
        self.ground.sweep(self.ground.clock.now())
        completed = self.ground.hear(EditionCompleted)[EditionCompleted.TYPE]
        assert completed[0].outcomes.get("accepted", 0) == len(self.planned)
        self._next_week()

    @invariant()
    def everyone_named_is_in_one_mail_or_left_out_for_a_reason(self) -> None:
        if self.state == "released":
            assert pairs(self.planned) | self.excluded.keys() == self.named
            assert not pairs(self.planned) & self.excluded.keys()
        duty = {key for key, (_, told) in self.model.orders.items() if told.order_class == "duty"}
        refused = {key for (key, _), reason in self.excluded.items() if reason.startswith("opted_out")}
        assert not duty & refused, "what an assignment holder must know passes an opt-out"

    def _take_back_at_once(self, addresses: set[str] | None) -> None:
        """What is decided and has not left loses what no longer holds, and says so."""
        if self.state != "frozen":
            return
        self.planned, lost = self.model.take_back(self.planned, addresses)
        self.excluded |= lost
        assert self._noted() == self.excluded

    def _tell_people(self, told: list[tuple[int, Who]]) -> None:
        persons = [
            Person(
                person_id=who.name,
                version=version,
                email=who.email,
                language=cast("Language", who.language),
                agreements=who.agreements,
                occupational_groups=who.groups,
            )
            for version, who in told
        ]
        self.ground.tell("copy-persons", PersonChanged(persons=tuple(persons)))
        for version, who in told:
            self.model.person(version, who)

    def _tell_units(self, told: list[tuple[int, Where]]) -> None:
        units = [
            Unit(
                unit_id=where.name,
                version=version,
                name=where.name,
                kind=where.kind,
                region=where.region,
                parent_id=where.above,
                closed=where.closed,
            )
            for version, where in told
        ]
        self.ground.tell("copy-units", UnitChanged(units=tuple(units)))
        for version, where in told:
            newer(self.model.places, where.name, version, where)

    def _tell_assignments(self, told: list[tuple[str, int, Holds]]) -> None:
        assignments = [
            Assignment(
                assignment_id=key,
                version=version,
                person_id=holds.who,
                unit_id=holds.where,
                assignment_type=holds.kind,
                valid_from=holds.first,
                valid_to=holds.last,
            )
            for key, version, holds in told
        ]
        self.ground.tell("copy-assignments", AssignmentChanged(assignments=tuple(assignments)))
        for key, version, holds in told:
            self.model.hold(key, version, holds)

    def _handed_over(self, batches: list[DeliverBatch]) -> None:
        mails = [mail for batch in batches for mail in batch.mails]
        assert len({mail.address for mail in mails}) == len(mails), "one mail for each address"
        readers = [reader.person_id for mail in mails for reader in mail.readers]
        assert len(set(readers)) == len(readers), "nobody gets two mails"
        sent = {
            mail.address: {
                reader.person_id: {self.order_at[at]: roles for at, roles in reader.sections.items()}
                for reader in mail.readers
            }
            for mail in mails
        }
        assert sent == {address: people for address, (_, people) in self.planned.items()}
        assert self._noted() == self.excluded
        self.sent = batches

    def _noted(self) -> Excluded:
        """Return who is left out of the newest frozen edition, and why."""
        rows = self.ground.rows(
            "SELECT order_id, person_id, reason FROM exclusion JOIN orders USING (order_no) "
            "JOIN person USING (person_key) JOIN edition USING (edition_no) "
            f"WHERE wednesday = DATE '{RELEASE.date() + self.week * A_WEEK}'"
        )
        return {(order_id, person): reason for order_id, person, reason in rows}

    def _has_orders(self) -> bool:
        return any(week == self.week for week, _ in self.model.orders.values())

    def _next_week(self) -> None:
        self.ground.clock.set(RELEASE + self.week * A_WEEK + timedelta(hours=2))
        self.week, self.state = self.week + 1, "open"
        self.planned, self.excluded, self.named = {}, {}, set()


def pairs(mails: Mails) -> set[tuple[UUID, str]]:
    return {
        (order, person)
        for _, people in mails.values()
        for person, sections in people.items()
        for order in sections
    }


@pytest.mark.timeout(3600)
def test_whatever_happens_everyone_named_gets_one_mail_or_a_reason(
    rolled_back_database: str, tmp_path: Path
) -> None:
    """``ONSDAG_TEST_HISTORIES`` says how many histories are played."""
    chosen = settings(
        max_examples=HISTORIES,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    with grounded(rolled_back_database, FileClock(tmp_path / "clock")) as ground:
        played = type("Played", (AnyHistory,), {"ground": ground})
        run_state_machine_as_test(played, settings=chosen)
