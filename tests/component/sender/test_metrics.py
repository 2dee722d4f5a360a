"""What the way out shows to Prometheus."""

import re
from pathlib import Path

from prometheus_client import generate_latest

from deploy.local.sink.rules import Rule, write_rules
from services.sender.use_cases import watch_providers
from tests.component.sender.filling import delivering, fill, opened
from tests.component.sender.post_office import PostOffice, edition, mail, section
from tests.component.sender.scripted_relay import ScriptedRelay, listening
from tests.support.waiting import until


async def shown(post_office: PostOffice, metric: str) -> float:
    """Return the value of a metric; -1 when there is none."""
    text = (await post_office.running.http.get("/metrics")).text
    found = re.search(rf"^{re.escape(metric)} ([0-9.e+]+)$", text, re.MULTILINE)
    return float(found[1]) if found else -1.0


async def test_paused_provider_and_what_it_holds_back_are_shown_until_it_flows(
    post_office: PostOffice,
) -> None:
    pace, held = 'onsdag_provider_pace{provider="google"}', 'onsdag_mails_held_back_total{why="paused"}'
    watch_providers.PACE.clear()  # of services that ended in this process while something was slow
    write_rules(post_office.sink.folder, [Rule("*@gmail.com", "550 5.7.26 This mail is unauthenticated")])
    assert await shown(post_office, pace) == -1
    before = max(await shown(post_office, held), 0)
    await post_office.say(edition(section(1), mails=21))
    await post_office.hand_over(mail(f"p{n}@gmail.com") for n in range(20))
    await until(lambda: shown(post_office, pace), lambda value: value == 0)
    await post_office.hand_over([mail("late@gmail.com")])
    await until(lambda: shown(post_office, held), lambda value: value >= before + 1)
    await post_office.execute("UPDATE provider SET flow = 'flowing'")
    await until(lambda: shown(post_office, pace), lambda value: value == -1)


async def test_relay_that_rests_and_its_connections_are_shown(post_office: PostOffice) -> None:
    relay = post_office.sink.url.removeprefix("smtp://")
    connections = f'onsdag_relay_connections{{relay="{relay}"}}'
    troubles = f'onsdag_relay_troubles_total{{relay="{relay}"}}'
    await post_office.say(edition(section(1), mails=2))
    await post_office.hand_over([mail("p1@example.org")])
    await until(lambda: shown(post_office, connections), lambda value: value >= 1)
    assert await shown(post_office, troubles) == -1
    post_office.sink.stop()
    await post_office.hand_over([mail("p2@example.org")])
    await until(lambda: shown(post_office, troubles), lambda value: value >= 1)
    await until(lambda: shown(post_office, connections), lambda value: value == 0)
    post_office.sink.start()


async def test_waiting_for_a_limit_is_counted(sender_database: str, tmp_path: Path) -> None:
    async with opened(sender_database) as database, listening(ScriptedRelay()) as relay:
        await fill(database, [f"p{n}@example.org" for n in range(5)])
        waits = f'onsdag_relay_limit_waits_total{{relay="{relay.url.removeprefix("smtp://")}"}}'
        async with delivering(sender_database, f"{relay.url}?limit=2/day", tmp_path):

            async def counted() -> bool:
                return waits in generate_latest().decode()

            await until(counted)
