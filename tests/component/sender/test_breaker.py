"""A provider that refuses *us* is paused for a person to look, and costs nobody their mail."""

from typing import Any

from deploy.local.sink.rules import Rule, write_rules
from shared.contracts.sender import ProviderPaused
from tests.component.sender.post_office import PostOffice, edition, mail, section
from tests.support.one_service import bearer
from tests.support.waiting import until

REFUSED = "550 5.7.26 This mail is unauthenticated"
FAST = "UPDATE provider SET rate = 100, ceiling = 200"
AN_HOUR_AGO = "now() - interval '1 hour'"
LONG_AGO = f"UPDATE provider SET changed_at = {AN_HOUR_AGO}, troubled_at = {AN_HOUR_AGO}"


async def provider(post_office: PostOffice, name: str) -> Any:
    """Return what a reader of figures sees of a provider."""
    seen = await post_office.running.get("/api/v1/routes", post_office.token("reader"))
    return next((each for each in seen["providers"] if each["name"] == name), {"flow": "unknown"})


async def becomes(post_office: PostOffice, name: str, flow: str) -> Any:
    return await until(lambda: provider(post_office, name), lambda seen: seen["flow"] == flow)


async def resume(post_office: PostOffice, name: str, why: str, role: Any = "desk") -> int:
    answer = await post_office.running.http.post(
        f"/api/v1/routes/{name}/resume", json={"why": why}, headers=bearer(post_office.token(role))
    )
    return answer.status_code


async def test_provider_that_blames_us_is_paused_until_a_person_resumes_it(post_office: PostOffice) -> None:
    write_rules(post_office.sink.folder, [Rule("*@gmail.com", REFUSED), Rule("*@googlemail.com", REFUSED)])
    await post_office.say(edition(section(1), mails=31))
    addresses = [f"p{n}@{domain}" for n in range(10) for domain in ("gmail.com", "googlemail.com")]
    await post_office.hand_over(mail(each) for each in [*addresses, "anna@example.org"])
    paused = await becomes(post_office, "google", "paused")
    assert paused["blamed"] >= 10
    assert paused["reply"] == REFUSED
    told = await post_office.running.world.hear("operations.read-pauses", ProviderPaused)
    assert (told.provider, told.domains) == ("google", ("gmail.com", "googlemail.com"))
    notice = await post_office.received_by(post_office.settings.organisation_address)
    assert notice["Subject"] == "Utskicken till google är stoppade"
    assert await post_office.running.world.waiting_in("operations.read-pauses") == 0

    await post_office.hand_over([mail("late@gmail.com")])
    await post_office.becomes("SELECT count(*) FROM delivery WHERE reply = 'google is paused'", 1)
    lost = "SELECT count(*) FROM delivery WHERE state IN ('failed', 'suppressed')"
    assert await post_office.number(lost) == 0
    assert await post_office.number("SELECT count(*) FROM suppression") == 0

    assert await resume(post_office, "google", "SPF rättad", "reader") == 403
    assert await resume(post_office, "google", "") == 422
    write_rules(post_office.sink.folder, [])
    assert await resume(post_office, "google", "SPF rättad") == 200
    assert (await provider(post_office, "google"))["flow"] == "slowed"
    who = "SELECT resumed_by || ': ' || resumed_why FROM provider"
    assert await post_office.text(who) == "desk@example.org: SPF rättad"
    assert await resume(post_office, "google", "en gång till") == 404
    await post_office.execute(FAST)
    everybody = "SELECT count(*) FROM delivery WHERE state = 'accepted' AND edition_id IS NOT NULL"
    await post_office.becomes(everybody, 22)


async def test_provider_that_is_busy_gets_fewer_mails_and_more_again_when_it_is_calm(
    post_office: PostOffice,
) -> None:
    write_rules(
        post_office.sink.folder, [Rule("*@busy.example.org", "421 4.7.0 Too many", at="data", times=1)]
    )
    await post_office.say(edition(section(1), mails=30))
    await post_office.hand_over(mail(f"p{n}@busy.example.org") for n in range(30))
    slowed = await becomes(post_office, "busy.example.org", "slowed")
    assert slowed["rate"] >= 1

    async def later() -> Any:
        await post_office.execute(LONG_AGO)
        return await provider(post_office, "busy.example.org")

    await until(later, lambda seen: seen["flow"] == "flowing")
    await post_office.execute("UPDATE delivery SET due_at = now() WHERE state IN ('deferred', 'planned')")
    assert (await post_office.finished(30))["accepted"] == 30


async def test_relay_of_the_process_is_shown_and_a_stranger_is_not(post_office: PostOffice) -> None:
    seen = await post_office.running.get("/api/v1/routes", post_office.token("reader"))
    (relay,) = seen["relays"]
    assert relay["name"] == post_office.sink.url.removeprefix("smtp://").partition("?")[0]
    assert (relay["weight"], relay["limits"], relay["problem"]) == (1, [], "")
    assert seen["providers"] == []
    assert await resume(post_office, "example.org", "nothing is wrong") == 404
