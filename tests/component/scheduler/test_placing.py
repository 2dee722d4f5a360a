"""Orders get their Wednesday, whatever has happened to it meanwhile."""

from datetime import date, timedelta

from shared.contracts.intake import OrderWithdrawn
from shared.ids import new_id
from tests.component.scheduler.planning import (
    CUTOFF,
    RELEASE,
    TUESDAY,
    WEDNESDAY,
    Planning,
    assignment,
    order,
    person,
    unit,
)
from tests.support.waiting import until

A_WEEK = timedelta(days=7)


async def test_an_order_after_the_cut_off_leaves_a_week_later(planning: Planning) -> None:
    await planning.knows([person(1)], [unit(1)], [assignment(1, 1, 1)])
    late = await planning.places(order(completed_at=CUTOFF + timedelta(seconds=1)))
    assert late.wednesday == WEDNESDAY + A_WEEK
    assert late.note == "", "that is the rule, not a delay"


async def test_a_later_wednesday_may_be_asked_for(planning: Planning) -> None:
    asked = await planning.places(order(not_before=WEDNESDAY + timedelta(days=1)))
    assert asked.wednesday == WEDNESDAY + A_WEEK


async def test_a_closed_wednesday_gives_way_to_the_next(planning: Planning) -> None:
    asked = await planning.places(order(not_before=date(2027, 1, 6)))
    assert asked.wednesday == date(2027, 1, 13)


async def test_orders_of_one_week_meet_on_one_edition(planning: Planning) -> None:
    one, other = await planning.places(order()), await planning.places(order())
    assert one.edition_id == other.edition_id
    assert (await planning.edition(one.edition_id))["orders"] == 2


async def test_an_order_that_comes_after_the_freeze_leaves_a_week_later_and_is_told_so(
    planning: Planning,
) -> None:
    await planning.places(order())
    await planning.freezes()
    late = await planning.places(order())
    assert late.wednesday == WEDNESDAY + A_WEEK
    assert "låst" in late.note


async def test_an_order_in_time_may_come_late_while_its_wednesday_is_still_open(planning: Planning) -> None:
    planning.clock.set(CUTOFF + timedelta(hours=1))
    assert (await planning.places(order())).wednesday == WEDNESDAY
    await planning.freezes(CUTOFF + timedelta(hours=1))


async def test_nothing_joins_an_edition_in_its_undo_window(planning: Planning) -> None:
    planning.clock.set(RELEASE - timedelta(minutes=5))
    assert (await planning.places(order())).wednesday == WEDNESDAY + A_WEEK


async def test_the_same_order_twice_is_answered_twice_and_placed_once(planning: Planning) -> None:
    accepted = order()
    first, again = await planning.places(accepted), await planning.places(accepted)
    assert (first.edition_id, first.wednesday) == (again.edition_id, again.wednesday)
    assert (await planning.edition(first.edition_id))["orders"] == 1


async def test_a_withdrawn_order_reaches_nobody(planning: Planning) -> None:
    await planning.knows([person(1)], [unit(1)], [assignment(1, 1, 1)])
    withdrawn = order()
    placed = await planning.places(withdrawn)
    await planning.say(OrderWithdrawn(order_id=withdrawn.order_id, reason="Mötet ställdes in."))
    await until(lambda: planning.edition(placed.edition_id), lambda edition: edition["orders"] == 0)
    frozen = await planning.freezes()
    assert (frozen.pairs, frozen.mails, frozen.orders) == (0, 0, ())
    assert (await planning.releases()).order_ids == ()
    assert (await planning.completes()).outcomes == {}


async def test_a_withdrawal_may_come_before_its_order(planning: Planning) -> None:
    order_id = new_id()
    await planning.tells("withdraw-order", OrderWithdrawn(order_id=order_id, reason="Ångrade sig."))
    await planning.tells("place-order", order(order_id=order_id))
    other = await planning.places(order(completed_at=TUESDAY))
    assert other.order_id != order_id
    assert (await planning.edition(other.edition_id))["orders"] == 1
    assert await planning.running.world.waiting_in("intake.note-schedule") == 0
