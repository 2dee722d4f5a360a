"""Orders by text message: planned at once, one text for each number, a reason for all others (D7)."""

from typing import Any

from shared.contracts.compliance import SuppressionAdded
from shared.contracts.crm import ErasedPerson, Person, PersonChanged, PersonErased
from shared.contracts.intake import Audience, Excluded, OrderAccepted, OrderWithdrawn, SectionText
from shared.contracts.scheduler import TextsCompleted, TextsPlanned
from shared.contracts.texts import DeliverTexts, TextOutcome, TextsReported
from shared.phones import phone_hash
from tests.component.scheduler.planning import Planning, assignment, order, person, unit
from tests.support.one_service import bearer

ASA, BO = "+46701740605", "+46701740606"


def by_text(**changes: Any) -> OrderAccepted:
    given = {"order_class": "duty", "channel": "sms", **changes}
    return order(
        texts={"sv": SectionText(subject="Mötet", markdown="Mötet är flyttat\r\ntill sal B. ")}, **given
    )


async def knows(planning: Planning, *people: Person) -> None:
    """Import people who are all chairs."""
    held = [assignment(n, int(each.person_id[1:]), 1) for n, each in enumerate(people, start=1)]
    await planning.knows(people, [unit(1)], held)


async def planned(planning: Planning, accepted: OrderAccepted) -> TextsPlanned:
    await planning.say(accepted)
    return await planning.running.world.hear("intake.note-texts", TextsPlanned)


async def handed_over(planning: Planning) -> DeliverTexts:
    return await planning.running.world.hear("sender.record-texts", DeliverTexts)


async def test_a_second_event_of_one_version_changes_no_number(planning: Planning) -> None:
    await knows(planning, person(1, phone=ASA))
    for again in (person(1, phone=BO), person(1)):
        await planning.tells("copy-persons", PersonChanged(persons=(again,)))
    await planned(planning, by_text())
    assert [each.phone for each in (await handed_over(planning)).texts] == [ASA]


async def test_an_order_by_text_leaves_at_once_to_each_number_once(planning: Planning) -> None:
    await knows(
        planning,
        person(1, phone="070-174 06 05"),
        person(2, phone="+46 70 174 06 05", language="en"),
        person(3, phone=BO, language="en"),
        person(4),
        person(5, phone="070-17"),
        person(6, phone="08-465 004 00"),
    )
    accepted = by_text()
    said = await planned(planning, accepted)
    assert (said.recipients, said.texts) == (3, 2)
    assert said.excluded == {"missing_phone": 1, "invalid_phone": 1, "not_mobile": 1}
    shown = await planning.get(f"/orders/{accepted.order_id}/texts")
    assert (shown["recipients"], shown["texts"], shown["states"]) == (3, 2, {"planned": 2})
    assert {each["reason"]: each["people"] for each in shown["left_out"]} == said.excluded
    batch = await handed_over(planning)
    assert batch.words == {"sv": "Mötet är flyttat\ntill sal B."}
    assert [(each.phone, each.person_ids, each.language) for each in batch.texts] == [
        (ASA, ("p1", "p2"), "sv"),
        (BO, ("p3",), "en"),
    ]
    await planning.say(accepted)
    await planning.tells("suppress-address", refusal(planning, "+46701740699", "address"))
    assert await planning.running.world.waiting_in("sender.record-texts") == 0
    assert (await planning.get("/editions"))["editions"] == []


async def test_who_wants_no_texts_and_who_is_erased_gets_none(planning: Planning) -> None:
    people = [person(n, phone=f"+467017406{n:02}") for n in range(5, 9)]
    await knows(planning, *people)
    await planning.tells("suppress-address", refusal(planning, "+46701740605", "address"))
    await planning.tells("suppress-address", refusal(planning, "+46701740606", "organisation"))
    await planning.tells("suppress-address", refusal(planning, "+46701740607", "unit:u1"))
    await planning.tells("erase-persons", PersonErased(persons=(ErasedPerson(person_id="p8", version=2),)))
    said = await planned(planning, by_text(order_class="information"))
    assert (said.recipients, said.excluded) == (0, {"opted_out": 2, "opted_out_unit": 1})
    done = await planning.running.world.hear("intake.note-texts-completion", TextsCompleted)
    assert done.outcomes == {}
    duty = await planned(planning, by_text())
    assert (duty.recipients, duty.excluded) == (2, {"opted_out": 1})


async def test_an_order_that_was_taken_back_before_it_came_sends_nothing(planning: Planning) -> None:
    await knows(planning, person(1, phone=ASA))
    accepted = by_text()
    await planning.tells("withdraw-order", OrderWithdrawn(order_id=accepted.order_id, reason="fel"))
    await planning.tells("place-order", accepted)
    assert await planning.running.world.waiting_in("sender.record-texts") == 0


async def test_a_number_is_the_newest_that_the_crm_has(planning: Planning) -> None:
    await knows(planning, person(1, phone=ASA))
    await planning.tells("copy-persons", changed(person(1, version=3, phone=BO)))
    await planning.tells("copy-persons", changed(person(1, version=2, phone=ASA)))
    await planned(planning, by_text())
    assert [each.phone for each in (await handed_over(planning)).texts] == [BO]


async def test_an_order_is_complete_when_every_text_has_its_outcome(planning: Planning) -> None:
    await knows(planning, person(1, phone=ASA), person(2, phone=BO))
    accepted = by_text()
    await planned(planning, accepted)
    first, second = (await handed_over(planning)).texts
    at = planning.clock.now()

    def told(**states: str) -> TextsReported:
        text_ids = {"first": first.text_id, "second": second.text_id}
        outcomes = tuple(
            TextOutcome(text_id=text_ids[name], state=state, at=at) for name, state in states.items()
        )
        return TextsReported(order_id=accepted.order_id, outcomes=outcomes)

    await planning.tells("note-texts", told(first="accepted", second="uncertain"))
    assert await planning.running.world.waiting_in("intake.note-texts-completion") == 0
    await planning.tells("note-texts", told(first="delivered", second="failed"))
    await planning.tells("note-texts", told(second="delivered"))
    done = await planning.running.world.hear("intake.note-texts-completion", TextsCompleted)
    assert done.outcomes == {"delivered": 1, "failed": 1}
    assert await planning.running.world.waiting_in("intake.note-texts-completion") == 0


def refusal(planning: Planning, phone: str, scope: str) -> SuppressionAdded:
    hashed = phone_hash(planning.settings.secret, phone).hex()
    return SuppressionAdded(address_hash=hashed, scope=scope, reason="opted_out", at=planning.clock.now())


def changed(who: Person) -> PersonChanged:
    return PersonChanged(persons=(who,))


async def test_who_the_order_takes_out_again_is_told_apart(planning: Planning) -> None:
    await planning.knows(
        [person(1, phone=ASA), person(2, phone=BO)],
        [unit(1), unit(2)],
        [assignment(1, 1, 1), assignment(2, 2, 2)],
    )
    audience = Audience(assignment_types=("ordförande",), all_units=True, exclude=Excluded(units=("u2",)))
    said = await planned(planning, by_text(audience=audience))
    assert (said.recipients, said.excluded) == (1, {"excluded_by_order": 1})


async def test_why_somebody_got_a_text_or_not_is_answered_as_for_a_mail(planning: Planning) -> None:
    await knows(planning, person(1, phone=ASA), person(2, phone=ASA), person(3))
    await planning.knows([person(4, phone=BO)])
    accepted = by_text()
    await planned(planning, accepted)
    (text,) = (await handed_over(planning)).texts
    outcome = TextOutcome(text_id=text.text_id, state="delivered", at=planning.clock.now())
    await planning.tells("note-texts", TextsReported(order_id=accepted.order_id, outcomes=(outcome,)))
    told = {n: await planning.get(f"/orders/{accepted.order_id}/people/p{n}") for n in range(1, 5)}
    assert {n: (each["answer"], each["reason"], each["state"]) for n, each in told.items()} == {
        1: ("planned", None, "delivered"),
        2: ("planned", None, "delivered"),
        3: ("excluded", "missing_phone", None),
        4: ("not_named", None, None),
    }
    assert (told[1]["mail_id"], told[1]["wednesday"]) == (str(text.text_id), None)
    assert told[1]["delivery"] == "Textmeddelandet har nått telefonen."
    assert told[3]["sentence"] == "Personen har inget telefonnummer i medlemsregistret."
    await planning.tells("erase-persons", PersonErased(persons=(ErasedPerson(person_id="p4", version=2),)))
    erased = await planning.get(f"/orders/{accepted.order_id}/people/p4")
    assert (erased["answer"], erased["reason"]) == ("excluded", "erased")
    unknown = await planning.running.http.get(
        f"/api/v1/orders/{accepted.order_id}/people/p9", headers=bearer(planning.token())
    )
    assert unknown.status_code == 404


async def test_those_who_got_a_text_can_be_written_to(planning: Planning) -> None:
    await knows(planning, person(1, phone=ASA), person(2), person(3, phone=BO))
    accepted = by_text()
    await planned(planning, accepted)
    first, second = (await handed_over(planning)).texts
    failed = next(each for each in (first, second) if each.phone == BO)
    outcome = TextOutcome(text_id=failed.text_id, state="failed", at=planning.clock.now())
    await planning.tells("note-texts", TextsReported(order_id=accepted.order_id, outcomes=(outcome,)))
    asked = {"unit_id": "u1", "audience": {"recipients_of": [str(accepted.order_id)]}}
    found = (await planning.post("/audiences/people", asked)).json()
    assert [each["person_id"] for each in found["people"]] == ["p1"]
