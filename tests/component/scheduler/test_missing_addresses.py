"""People without an address that works are reported to the CRM at the freeze (D3)."""

from datetime import timedelta

from shared.contracts.crm import BATCH
from shared.contracts.scheduler import AddressMissing
from tests.component.scheduler.planning import (
    RELEASE,
    Planning,
    assignment,
    duty,
    order,
    person,
    unit,
)

THAT_EVENING = RELEASE + timedelta(hours=13)


async def reported(planning: Planning) -> dict[str, str]:
    missing = await planning.running.world.hear("crm.read-missing-addresses", AddressMissing)
    assert "example.org" not in missing.model_dump_json(), "never an address"
    told: dict[str, str] = {each.person_id: each.problem for each in missing.persons}
    assert len(told) == len(missing.persons)
    return told


async def test_D3_who_has_no_working_address_is_reported_once_for_an_edition(planning: Planning) -> None:
    await planning.knows(
        [
            person(1, email=None),
            person(2, email="anna at example.org"),
            person(3),
            person(4),
            person(5, email=None),
        ],
        [unit(1)],
        [assignment(number, number, 1) for number in (1, 2, 3, 4)],
    )
    await planning.opts_out(3, "address")
    await planning.places(order())
    await planning.places(duty())
    frozen = await planning.freezes()
    assert await reported(planning) == {"p1": "missing", "p2": "invalid", "p3": "dead"}

    planning.clock.set(THAT_EVENING)
    await planning.edition_becomes(frozen.edition_id, "parked")
    await planning.knows(assignments=[assignment(5, 5, 1)])
    await planning.post(f"/editions/{frozen.edition_id}/resume", {"reason": "Servern var nere i onsdags."})
    await planning.freezes(THAT_EVENING)
    assert await reported(planning) == {"p5": "missing"}, "the others have been told"


async def test_D3_more_people_than_a_message_holds_are_reported_in_batches_each_once(
    planning: Planning,
) -> None:
    everyone = range(1, 2 * BATCH + 2)
    await planning.knows(
        [person(number, email=None) for number in everyone],
        [unit(1)],
        [assignment(number, number, 1) for number in everyone],
    )
    await planning.places(order())
    await planning.freezes()
    batches = [await reported(planning) for _ in range(3)]
    assert sorted(map(len, batches)) == [1, BATCH, BATCH]
    assert {name for batch in batches for name in batch} == {f"p{number}" for number in everyone}
    assert await planning.running.world.waiting_in("crm.read-missing-addresses") == 0
