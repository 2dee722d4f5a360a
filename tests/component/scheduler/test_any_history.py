"""Whatever happens in whatever order, everyone named is in exactly one mail or left out for a reason."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
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

from services.scheduler.main import week_plan
from services.scheduler.settings import SchedulerSettings
from services.scheduler.use_cases.extra_edition import ExtraEditions
from services.scheduler.use_cases.pause_edition import PauseEdition
from services.scheduler.use_cases.resume_edition import ResumeEdition
from services.scheduler.use_cases.stop_edition import StopEdition
from shared.addresses import address_hash
from shared.contracts.compliance import SuppressionAdded, SuppressionLifted
from shared.contracts.crm import (
    AssignmentChanged,
    AssignmentEnded,
    EndedAssignment,
    ErasedPerson,
    PersonChanged,
    PersonErased,
    UnitChanged,
)
from shared.contracts.intake import Audience, OrderWithdrawn
from shared.contracts.scheduler import EditionCompleted, EditionFrozen, EditionReleased, OrderScheduled
from shared.contracts.sender import BatchRecorded, DeliverBatch, DeliveryReported, PrepareEdition
from tests.component.scheduler import telling
from tests.component.scheduler.facts import Excluded, Holds, Mails, Ordered, Where, Who, pairs
from tests.component.scheduler.ground import Ground, grounded
from tests.component.scheduler.history import Edition, History, Said, newer
from tests.component.scheduler.naive import CLASSES
from tests.component.scheduler.planning import SECRET, TUESDAY
from tests.component.scheduler.worlds import (
    ADDRESSES,
    EARLIER,
    KINDS,
    NAMES,
    PLACES,
    REGIONS,
    SCOPES,
    UNIT_KINDS,
    accepted,
    holdings,
    ordered,
    people,
    seldom,
    stops,
)

HISTORIES = int(os.environ.get("ONSDAG_TEST_HISTORIES", "30"))
STEPS = 40
KEYS = 14
PLAN = week_plan(SchedulerSettings(secret_key=SECRET))
MOST = (0, 1, 2)
"""Sections that a person may get; 0 is any number."""

SOON = timedelta(minutes=7)
"""Longer than an answer is waited for, and than the undo window."""

names = st.sampled_from(NAMES)
versions = st.integers(0, 3)
numbers = st.integers(0, 30)
places = st.builds(
    Where,
    st.sampled_from(PLACES),
    st.sampled_from(REGIONS),
    seldom,
    st.sampled_from(UNIT_KINDS),
    st.sampled_from((None, None, *PLACES)),
)
keys = st.sampled_from([f"a{number}" for number in range(KEYS)])
outcomes = st.lists(
    st.sampled_from(("accepted", "accepted", "accepted", "failed", "uncertain", "deferred")), min_size=1
)
to_everybody = Audience(assignment_types=KINDS, all_units=True)


def orders_to(audience: Audience, first: int) -> st.SearchStrategy[Ordered]:
    return st.builds(
        Ordered,
        st.integers(first, first + 11).map(lambda number: UUID(int=number)),
        st.sampled_from(PLACES[:2]),
        st.sampled_from(CLASSES),
        st.just(TUESDAY),
        st.just(audience),
    )


crowded = orders_to(to_everybody, 1)
corrections = orders_to(Audience(recipients_of=(EARLIER,)), 20)
any_order = st.one_of(crowded, corrections, st.integers(0, 3).flatmap(ordered))


class AnyHistory(RuleBasedStateMachine):
    """Messages of every kind, decisions of people, and time, in any order."""

    ground: ClassVar[Ground]

    def __init__(self) -> None:
        super().__init__()
        self.ground.run(self.ground.conn.begin())
        self.ground.clock.set(TUESDAY)
        self.model = History(PLAN)
        self.ids: dict[UUID, Edition] = {}
        self.order_at: dict[UUID, dict[int, UUID]] = {}
        self.batches: dict[UUID, list[DeliverBatch]] = {}
        self.reports = 0

    @initialize(
        most=st.sampled_from(MOST),
        emails=st.tuples(*[st.sampled_from(ADDRESSES)] * len(NAMES)),
        held=st.lists(holdings, min_size=8, max_size=KEYS),
        stops=stops,
        crowd=st.lists(crowded, min_size=1, max_size=4),
    )
    def some_are_here_already(
        self,
        most: int,
        emails: tuple[str, ...],
        held: list[Holds],
        stops: frozenset[tuple[str, str]],
        crowd: list[Ordered],
    ) -> None:
        """Enough that a Wednesday has something to do."""
        self.ground.most = self.model.most = most
        self._tell_people([(1, Who(name, email)) for name, email in zip(NAMES, emails, strict=True)])
        self._tell_units([(0, Where(place, REGIONS[n % 2])) for n, place in enumerate(PLACES)])
        self._tell_assignments([(f"a{n}", 1, holds) for n, holds in enumerate(held)])
        for address, scope in sorted(stops):
            self.opt_out(address, scope, 0, lifted=False)
        for each in crowd:
            self.order(each, 0)

    def teardown(self) -> None:
        """End every history when all that is due is done, and undo it."""
        try:
            for _ in range(6):
                self.time_passes()
                for number in range(len(self.batches)):
                    self.answers_come(number, ["accepted"])
        finally:
            self.ground.run(self.ground.conn.rollback())

    @rule(name=names, version=versions, who=people)
    def person(self, name: str, version: int, who: Who) -> None:
        self._tell_people([(version, replace(who, name=name, erased=False))])

    @rule(name=names, version=versions)
    def person_is_erased(self, name: str, version: int) -> None:
        told = ErasedPerson(person_id=name, version=version)
        self.ground.tell("erase-persons", PersonErased(persons=(told,)))
        self.model.erase(name)

    @rule(address=st.sampled_from(ADDRESSES))
    def household_parts(self, address: str) -> None:
        """Of those who share an address one is erased, and the others have none any more."""
        there = {name: told for name, told in self.model.people.items() if told[1].email == address}
        for place, (name, (version, who)) in enumerate(sorted(there.items())):
            if place == 0 and len(there) > 1:
                self.person_is_erased(name, version + 1)
            else:
                self._tell_people([(version + 1, replace(who, email=None))])

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
        minute=st.integers(0, 5),
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

    @precondition(lambda self: self._planned())
    @rule(number=numbers, scope=st.sampled_from(SCOPES))
    def late_opt_out(self, number: int, scope: str) -> None:
        """Of an address to which something is decided to go."""
        planned = self._planned()
        self.opt_out(planned[number % len(planned)], scope, 6, lifted=False)

    @rule(told=any_order, number=numbers)
    def order(self, told: Ordered, number: int) -> None:
        """One that came already is only answered again; a new one leaves with the first edition open."""
        placed = sorted(self.model.orders)
        if placed:
            earlier = placed[number % len(placed)]
            told = replace(told, audience=telling.after(told.audience, earlier))
        self.ground.tell("place-order", accepted(told))
        answered = self.ground.hear(OrderScheduled)[OrderScheduled.TYPE]
        assert len(answered) == (told.order_id not in self.model.withdrawn)
        edition = self.model.order(told, self.ground.clock.now())
        if edition:
            assert answered[0].wednesday == edition.day
            self.ids[answered[0].edition_id] = edition

    @rule(number=numbers)
    def withdrawal(self, number: int) -> None:
        """Of an order that came, or of one that may yet come."""
        placed = sorted(self.model.orders)
        order_id = placed[number % len(placed)] if placed and number else UUID(int=1000 + number % 4)
        self.ground.tell("withdraw-order", OrderWithdrawn(order_id=order_id, reason="Fel."))
        self.model.withdraw(order_id)

    @rule()
    def time_passes(self) -> None:
        """Until something is due."""
        now = self.ground.clock.now()
        due = {
            {"open": edition.freeze_at, "frozen": edition.release_at}.get(edition.state, now)
            for edition in self.model.editions.values()
        }
        self._sweep(min((moment for moment in due if moment > now), default=now + SOON))

    @rule()
    def a_moment_passes(self) -> None:
        """In which an answer that has not come is missed."""
        self._sweep(self.ground.clock.now() + SOON)

    @rule(days=st.sampled_from((1, 8)), sure=seldom)
    def nobody_is_there(self, days: int, *, sure: bool) -> None:
        """Of what is missed meanwhile nothing leaves by itself."""
        if sure:
            self._sweep(self.ground.clock.now() + timedelta(days=days))

    @precondition(lambda self: self.batches)
    @rule(number=numbers, said=outcomes)
    def answers_come(self, number: int, said: list[str]) -> None:
        """Of an edition that was handed over, for each of its mails, perhaps not for the first time."""
        edition_id = list(self.batches)[number % len(self.batches)]
        edition, self.reports = self.ids[edition_id], self.reports + 1
        now = self.ground.clock.now()
        told = [mail for batch in self.batches[edition_id] for mail in batch.mails]
        for batch in self.batches[edition_id]:
            size = len(batch.mails)
            answer = BatchRecorded(edition_id=edition_id, batch=batch.batch, recorded=size, repeated=0)
            self.ground.tell("note-batch", answer)
        states = {mail.mail_id: said[place % len(said)] for place, mail in enumerate(told)}
        at = TUESDAY + timedelta(seconds=self.reports)
        results = [{"mail_id": mail, "state": state, "at": at} for mail, state in states.items()]
        report = {"edition_id": edition_id, "outcomes": results}
        self.ground.tell("note-outcomes", DeliveryReported.model_validate(report))
        self.model.report(edition, {mail.address: states[mail.mail_id] for mail in told}, now)

    @rule(number=numbers)
    def pause(self, number: int) -> None:
        self._decide("pause", PauseEdition, ("frozen", "released"), number)

    @rule(number=numbers)
    def resume(self, number: int) -> None:
        self._decide("resume", ResumeEdition, ("held", "paused", "parked"), number)

    @rule(number=numbers, sure=seldom)
    def stop(self, number: int, *, sure: bool) -> None:
        if sure:
            states = ("frozen", "held", "released", "paused", "parked")
            self._decide("stop", StopEdition, states, number)

    @rule(number=numbers, some=st.integers(1, 3))
    def extra_edition(self, number: int, some: int) -> None:
        """Of some orders that wait for one Wednesday, at noon two days later."""
        now = self.ground.clock.now()
        release_at = (now + timedelta(days=2)).replace(hour=12, minute=0, second=0, microsecond=0)
        day = release_at.date()
        waiting = {
            edition.day: [
                order_id
                for order_id, share in edition.orders.items()
                if order_id not in self.model.withdrawn and share.origin is None
            ]
            for edition in self.model.editions.values()
            if edition.state == "open"
        }
        chosen = [(where, found[:some]) for where, found in waiting.items() if found]
        if not chosen or day in self.model.editions or day.isoweekday() == 3 or PLAN.is_closed(day):
            return
        source, order_ids = chosen[number % len(chosen)]
        base = self.ground.scheduler.base
        extra = ExtraEditions(base.database, base.outbox, base.clock, PLAN)
        local = release_at.astimezone(PLAN.zone).time()
        proposed = self.ground.run(extra.propose(day, local, order_ids, "Bråttom.", "asa@example.org"))
        made = self.ground.run(extra.confirm(proposed.extra_id, "bo@example.org"))
        assert len(self.ground.hear(OrderScheduled)[OrderScheduled.TYPE]) == len(order_ids)
        self.ids[made.edition_id] = self.model.extra(
            self.model.editions[source], order_ids, day, release_at, now
        )

    @invariant()
    def everyone_named_is_in_one_mail_or_left_out_for_a_reason(self) -> None:
        for edition in self.model.editions.values():
            if edition.state not in ("open", "parked"):
                assert pairs(edition.mails) | edition.excluded.keys() == edition.named
                assert not pairs(edition.mails) & edition.excluded.keys()

    @invariant()
    def what_an_assignment_holder_must_know_passes_an_opt_out_and_never_waits(self) -> None:
        duty = {key for key, told in self.model.orders.items() if told.order_class == "duty"}
        for edition in self.model.editions.values():
            refused = {key for (key, _), reason in edition.excluded.items() if reason in REFUSABLE}
            assert not duty & refused

    def _planned(self) -> list[str]:
        waiting = (e for e in self.model.editions.values() if e.state in ("frozen", "held") or e.asked_at)
        return sorted({address for edition in waiting for address in edition.mails})

    def _tell_people(self, told: list[tuple[int, Who]]) -> None:
        persons = tuple(telling.person(version, who) for version, who in told)
        self.ground.tell("copy-persons", PersonChanged(persons=persons))
        for version, who in told:
            self.model.person(version, who)

    def _tell_units(self, told: list[tuple[int, Where]]) -> None:
        units = tuple(telling.unit(version, where) for version, where in told)
        self.ground.tell("copy-units", UnitChanged(units=units))
        for version, where in told:
            newer(self.model.places, where.name, version, where)

    def _tell_assignments(self, told: list[tuple[str, int, Holds]]) -> None:
        assignments = tuple(telling.assignment(*each) for each in told)
        self.ground.tell("copy-assignments", AssignmentChanged(assignments=assignments))
        for key, version, holds in told:
            self.model.hold(key, version, holds)

    def _decide(self, verb: str, use_case: Callable[..., Any], states: Sequence[str], number: int) -> None:
        """Let a person decide about an edition that takes it."""
        found = [(key, edition) for key, edition in self.ids.items() if edition.state in states]
        if not found:
            return
        edition_id, edition = found[number % len(found)]
        base = self.ground.scheduler.base
        now = self.ground.clock.now()
        plan = (PLAN,) if use_case is ResumeEdition else ()
        act = use_case(base.database, base.outbox, base.clock, *plan)
        if plan:
            begun = edition.state == "paused"
            day = PLAN.day_of(now if begun else max(edition.release_at, now + PLAN.undo))
            if PLAN.is_closed(day):
                return
            if day != edition.day:  # takes two (A2)
                self.ground.run(act(edition_id, "bo@example.org", "Fel länk."))
        self.ground.run(act(edition_id, "asa@example.org", "Fel länk."))
        self.model.decide(edition, verb, now)

    def _sweep(self, at: datetime) -> None:
        """Let what is due at a moment be done, and compare what is said and noted with what should be."""
        expected = self.model.sweep(at)
        self.ground.sweep(at)
        heard = self._heard()
        assert sorted(heard, key=str) == sorted(expected, key=str)
        for edition in self.model.editions.values():
            if edition.state not in ("open", "parked"):
                assert self._noted(edition) == edition.excluded

    def _heard(self) -> Said:
        said = self.ground.hear(
            EditionFrozen, PrepareEdition, DeliverBatch, EditionReleased, EditionCompleted
        )
        for message in said[EditionFrozen.TYPE]:
            self.ids[message.edition_id] = self.model.editions[message.wednesday]
        for message in said[PrepareEdition.TYPE]:
            self.order_at[message.edition_id] = {each.position: each.order_id for each in message.sections}
        handed: dict[UUID, list[DeliverBatch]] = {}
        for message in said[DeliverBatch.TYPE]:
            handed.setdefault(message.edition_id, []).append(message)
        self.batches |= handed
        return [
            *(("frozen", each.wednesday, (each.pairs, each.mails)) for each in said[EditionFrozen.TYPE]),
            *(("handed", self.ids[key].day, self._mails(key, found)) for key, found in handed.items()),
            *(("released", each.wednesday, each.mails) for each in said[EditionReleased.TYPE]),
            *(
                ("completed", each.wednesday, each.outcomes.get("accepted", 0))
                for each in said[EditionCompleted.TYPE]
            ),
        ]

    def _mails(self, edition_id: UUID, batches: list[DeliverBatch]) -> Mails:
        order_at = self.order_at[edition_id]
        mails = [mail for batch in batches for mail in batch.mails]
        assert len({mail.address for mail in mails}) == len(mails), "one mail for each address"
        readers = [reader.person_id for mail in mails for reader in mail.readers]
        assert len(set(readers)) == len(readers), "nobody gets two mails"
        return {
            mail.address: (
                mail.language,
                {
                    reader.person_id: {order_at[at]: roles for at, roles in reader.sections.items()}
                    for reader in mail.readers
                },
            )
            for mail in mails
        }

    def _noted(self, edition: Edition) -> Excluded:
        """Return who is left out of an edition, and why."""
        rows = self.ground.rows(
            "SELECT order_id, person_id, reason FROM exclusion JOIN orders USING (order_no) "
            "JOIN person USING (person_key) JOIN edition USING (edition_no) "
            f"WHERE wednesday = DATE '{edition.day}'"
        )
        return {(order_id, person): reason for order_id, person, reason in rows}


REFUSABLE = ("opted_out", "opted_out_unit", "contact_pressure")


@pytest.mark.timeout(3600)
def test_whatever_happens_everyone_named_gets_one_mail_or_a_reason(rolled_back_database: str) -> None:
    """``ONSDAG_TEST_HISTORIES`` says how many histories are played."""
    chosen = settings(
        max_examples=HISTORIES,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    with grounded(rolled_back_database, MOST) as ground:
        played = type("Played", (AnyHistory,), {"ground": ground})
        run_state_machine_as_test(played, settings=chosen)
