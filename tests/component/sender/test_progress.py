"""Progress: the API shows it, and it is said on the bus while an edition goes out and when it ends."""

import asyncio
from typing import Any

from services.sender.adapters.tables import metadata
from services.sender.use_cases.report_progress import ReportProgress
from shared.contracts.sender import EditionProgressed, PauseEdition
from shared.messaging.outbox import Outbox
from tests.component.sender.post_office import EDITION, PostOffice, edition, mail, section

FIGURES = (
    *("prepared", "handed_over", "accepted", "deferred", "refused"),
    *("suppressed", "uncertain", "bounced", "left"),
)
ENDED = "SELECT count(*) FROM told_progress WHERE ended"


async def said(post_office: PostOffice, **wanted: int) -> EditionProgressed:
    """Return what is said of the progress when it says what is wanted."""
    while True:
        progress = await post_office.running.world.hear("scheduler.note-progress", EditionProgressed)
        if all(getattr(progress, name) == value for name, value in wanted.items()):
            return progress


def figures(shown: dict[str, Any]) -> dict[str, int]:
    return {name: shown[name] for name in FIGURES}


async def test_progress_is_said_on_the_bus_with_the_figures_of_the_api(post_office: PostOffice) -> None:
    addresses = [f"p{n}@example.org" for n in range(18)] + ["p@reject.example.org", "p@tempfail.example.org"]
    await post_office.say(edition(section(1), mails=20))
    await post_office.hand_over(mail(address) for address in addresses)
    waiting = await said(post_office, handed_over=20, deferred=1)
    assert (waiting.accepted, waiting.refused, waiting.left) == (18, 1, 1)
    shown = await post_office.progress()
    assert figures(shown) == figures(waiting.model_dump())
    assert waiting.expected_end is not None
    assert shown["expected_end"] is not None
    assert await post_office.number(ENDED) == 0


async def test_the_end_is_said_once_however_many_look(post_office: PostOffice) -> None:
    await post_office.say(edition(section(1), mails=5))
    await post_office.hand_over(mail(f"p{n}@example.org") for n in range(5))
    assert (await said(post_office, left=0)).accepted == 5
    await post_office.becomes(ENDED, 1)
    outbox = Outbox("sender", metadata, post_office.clock)
    report = ReportProgress(post_office.database, outbox, post_office.clock)
    await post_office.execute("UPDATE told_progress SET ended = false, told = 'less', look_at = now()")
    await asyncio.gather(*(report() for _ in range(5)))
    assert (await said(post_office, left=0)).accepted == 5
    await post_office.becomes("SELECT count(*) FROM sender_outbox", 0)
    assert await post_office.running.world.waiting_in("scheduler.note-progress") == 0


async def test_paused_edition_promises_no_end(post_office: PostOffice) -> None:
    post_office.sink.stop()
    await post_office.say(edition(section(1), mails=3))
    await post_office.hand_over(mail(f"p{n}@example.org") for n in range(3))
    await post_office.say(PauseEdition(edition_id=EDITION, sequence=1))
    await post_office.becomes("SELECT count(*) FROM edition WHERE flow = 'paused'", 1)
    shown = await post_office.progress()
    assert (shown["left"], shown["expected_end"]) == (3, None)
    post_office.sink.start()
