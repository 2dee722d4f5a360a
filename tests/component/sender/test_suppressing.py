"""Opting out holds at once, also for mail already in the ledger (F1)."""

import pytest

from shared.contracts.compliance import SuppressionLifted
from shared.contracts.sender import DeliveryReported
from tests.component.sender.post_office import PostOffice, edition, letter, mail, section

ANNA = "anna@example.org"


async def planned(post_office: PostOffice, *positions: int) -> None:
    """Put a mail into the ledger that waits for its edition's texts."""
    await post_office.hand_over([mail(ANNA, *positions)])


async def test_opt_out_between_recording_and_delivery_suppresses(post_office: PostOffice) -> None:
    await planned(post_office, 1)
    await post_office.suppress(ANNA, "organisation")
    await post_office.say(edition(section(1)))
    assert (await post_office.finished(1))["suppressed"] == 1
    assert post_office.received() == []


async def test_unit_opt_out_drops_just_that_section(post_office: PostOffice) -> None:
    await planned(post_office, 1, 2)
    await post_office.suppress(ANNA, "unit:1280")
    await post_office.say(edition(section(1, unit="1280"), section(2, unit="1281", title="Läger")))
    assert (await post_office.finished(1))["accepted"] == 1
    message = await post_office.received_by(ANNA)
    assert message["Subject"] == "Läger"
    assert message["X-Onsdag-Orders"] == str(section(2).order_id)


async def test_what_was_left_out_of_a_mail_is_reported_with_it(post_office: PostOffice) -> None:
    await planned(post_office, 1, 2)
    await post_office.suppress(ANNA, "unit:1280")
    await post_office.say(edition(section(1, unit="1280"), section(2, unit="1281", title="Läger")))
    reported = await post_office.running.world.hear("scheduler.note-outcomes", DeliveryReported)
    assert [(each.state, each.refused) for each in reported.outcomes] == [("accepted", ("unit:1280",))]


async def test_duty_goes_on_when_the_organisation_is_opted_out_of(post_office: PostOffice) -> None:
    await planned(post_office, 1, 2)
    await post_office.suppress(ANNA, "organisation")
    await post_office.say(edition(section(1), section(2, order_class="duty", title="Årsmöte")))
    assert (await post_office.finished(1))["accepted"] == 1
    assert (await post_office.received_by(ANNA))["Subject"] == "Årsmöte"


async def test_suppressed_address_gets_nothing_not_even_duty(post_office: PostOffice) -> None:
    await planned(post_office, 1)
    await post_office.suppress(ANNA, "address")
    await post_office.say(edition(section(1, order_class="duty")))
    await post_office.say(letter(ANNA))
    await post_office.finished(2)
    assert await post_office.number("SELECT count(*) FROM delivery WHERE state = 'suppressed'") == 2
    assert post_office.received() == []


async def test_opt_out_taken_back_lets_mail_through(post_office: PostOffice) -> None:
    await planned(post_office, 1)
    await post_office.suppress(ANNA, "organisation")
    address_hash = await post_office.text("SELECT encode(address_hash, 'hex') FROM suppression")
    await post_office.say(
        SuppressionLifted(address_hash=address_hash, scope="organisation", at=post_office.clock.now())
    )
    await post_office.becomes("SELECT count(*) FROM suppression WHERE NOT active", 1)
    await post_office.say(edition(section(1)))
    assert (await post_office.finished(1))["accepted"] == 1


@pytest.mark.parametrize("scope", ["organisation", "unit:9999"])
async def test_one_to_one_mail_is_no_mailing(post_office: PostOffice, scope: str) -> None:
    await post_office.suppress(ANNA, scope)
    await post_office.say(letter(ANNA))
    assert (await post_office.received_by(ANNA))["Subject"] == "Din beställning är mottagen"


async def test_opt_out_after_the_mail_was_taken_still_holds(post_office: PostOffice) -> None:
    post_office.sink.stop()
    await post_office.say(edition(section(1, unit="1280"), section(2, unit="1281", title="Läger")))
    await post_office.hand_over([mail(ANNA, 1, 2), mail("bo@example.org", 1)])
    await post_office.becomes("SELECT count(*) FROM delivery WHERE state = 'claimed'", 2)
    await post_office.suppress(ANNA, "unit:1280")
    await post_office.suppress("bo@example.org", "organisation")
    await post_office.becomes("SELECT count(*) FROM suppression WHERE active", 2)
    post_office.sink.start()
    progress = await post_office.finished(2)
    assert (progress["accepted"], progress["suppressed"]) == (1, 1)
    assert (await post_office.received_by(ANNA))["Subject"] == "Läger"
