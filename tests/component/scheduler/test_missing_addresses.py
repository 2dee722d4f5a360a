"""People without an address that works are reported to the CRM at the freeze (D3)."""

from datetime import timedelta

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

THURSDAY = RELEASE + timedelta(days=1)


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

    planning.clock.set(THURSDAY)
    await planning.edition_becomes(frozen.edition_id, "parked")
    await planning.knows(assignments=[assignment(5, 5, 1)])
    await planning.post(f"/editions/{frozen.edition_id}/resume", {"reason": "Servern var nere i onsdags."})
    await planning.freezes(THURSDAY)
    assert await reported(planning) == {"p5": "missing"}, "the others have been told"
