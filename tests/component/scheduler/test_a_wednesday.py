"""A Wednesday from the order to the last outcome."""

from shared.contracts.intake import Audience
from tests.component.scheduler.planning import (
    RELEASE,
    WEDNESDAY,
    Planning,
    assignment,
    duty,
    order,
    person,
    unit,
)


async def fill(planning: Planning) -> None:
    """Two people share an address, one has two assignments, one has no address, one a broken one."""
    await planning.knows(
        persons=[
            person(1),
            person(2),
            person(3, email="PERSON2@example.org "),
            person(4, email=None),
            person(5, email="not an address"),
        ],
        units=[unit(1), unit(2)],
        assignments=[
            assignment(1, 1, 1),
            assignment(2, 1, 2, "kassör"),
            assignment(3, 2, 1),
            assignment(4, 3, 2),
            assignment(5, 4, 1),
            assignment(6, 5, 2),
        ],
    )


async def test_orders_become_one_mail_for_each_address(planning: Planning) -> None:
    await fill(planning)
    treasurers = Audience(assignment_types=("kassör",), regions=("Halland",))
    to_chairs, to_treasurers = order(), duty(title="Bokslut", audience=treasurers)
    answer = await planning.places(to_chairs)
    assert (answer.wednesday, answer.send_at) == (WEDNESDAY, RELEASE)
    await planning.places(to_treasurers)

    frozen = await planning.freezes()
    assert (frozen.pairs, frozen.mails) == (4, 2)
    by_order = {figures.order_id: figures for figures in frozen.orders}
    assert by_order[to_chairs.order_id].recipients == 3
    assert by_order[to_chairs.order_id].excluded == {"missing_address": 1, "invalid_address": 1}
    assert by_order[to_treasurers.order_id].recipients == 1

    released = await planning.releases()
    assert released.mails == 2
    prepared = await planning.prepares()
    assert [section.title for section in prepared.sections] == ["Bokslut", "Årsmötet"], "duty comes first"
    assert (prepared.mails, prepared.batches) == (2, 1)
    batch = await planning.hands_over()
    mails = {mail.address: mail for mail in batch.mails}
    assert set(mails) == {"person1@example.org", "person2@example.org"}
    alone, shared = mails["person1@example.org"], mails["person2@example.org"]
    assert alone.readers[0].sections == {1: ("kassör, Krets 2",), 2: ("ordförande, Krets 1",)}
    assert [(reader.person_id, reader.sections) for reader in shared.readers] == [
        ("p2", {2: ("ordförande, Krets 1",)}),
        ("p3", {2: ("ordförande, Krets 2",)}),
    ]

    await planning.records(batch)
    await planning.reports(batch, "accepted")
    completed = await planning.completes()
    assert completed.outcomes == {"accepted": 2}
    figures = await planning.edition(released.edition_id)
    assert figures["state"] == "completed"
    assert (figures["pairs"], figures["mails"], figures["saved_percent"]) == (4, 2, 50.0)
    assert figures["excluded"] == {"missing_address": 1, "invalid_address": 1}
    assert figures["batches_recorded"] == 1
