"""Whoever shares an address with somebody who is erased keeps their mail, also if they have moved since."""

from shared.contracts.crm import ErasedPerson, PersonChanged, PersonErased
from tests.component.scheduler.planning import Planning, assignment, order, person, unit


async def test_a_frozen_mail_stays_with_whoever_moved_when_their_neighbour_is_erased(
    planning: Planning,
) -> None:
    shared = "box@example.org"
    await planning.knows(
        [person(1, email=shared), person(2, email=shared)],
        [unit(1)],
        [assignment(1, 1, 1), assignment(2, 2, 1)],
    )
    await planning.places(order())
    await planning.freezes()
    moved = person(2, 2, email="annan@example.org")
    await planning.tells("copy-persons", PersonChanged(persons=(moved,)))
    erased = ErasedPerson(person_id="p1", version=9)
    await planning.tells("erase-persons", PersonErased(persons=(erased,)))

    assert (await planning.releases()).mails == 1
    (mail,) = (await planning.hands_over()).mails
    assert (mail.address, [reader.person_id for reader in mail.readers]) == (shared, ["p2"])
