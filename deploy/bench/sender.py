"""``onsdag bench sender``: the complete engine against a bare loop, in one run on one machine."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any
from uuid import UUID

from deploy.bench import baselines, delivery
from deploy.bench.delivery import Run, Target
from deploy.bench.edition import fill
from deploy.bench.relay import relay
from deploy.bench.signing import Kind, dkim_setting
from deploy.local.mail import CHECKOUT
from deploy.local.postgres import PrivatePostgres
from deploy.local.run_folder import RunFolder
from shared.persistence.database import Database, engine_for
from shared.persistence.migrations import upgrade

BASELINE_MAILS = 20_000
SAMPLE = 2000


def run(
    mails: int, *, connections: int = 50, dkim: Kind = "none", say: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Deliver ``mails`` mails with one process, and again with two; return the figures.

    ``rate``, ``bare_rate`` and ``two_process_rate`` are mails a second, ``ratio`` is ours to the bare one.
    ``rss_mb`` is the peak memory of a delivering process, ``rss_mb_at`` its memory on the way. ``stages``:
    the share of the connections' time that each stage took (together 1), and how fast two of them are alone.
    ``cpu`` is how many cores the delivering process used.
    """
    folder = RunFolder(CHECKOUT / ".onsdag")
    postgres = PrivatePostgres(folder.path / "postgres", keep_open=folder.lock)
    try:
        say("starting PostgreSQL and the relay")
        postgres.start()
        upgrade("sender", postgres.url)
        with relay(folder.path / "relay") as (smtp_url, relay_name):
            keys = dkim_setting(dkim, folder.path)
            target = Target(postgres.url, smtp_url, secrets.token_hex(16), connections, keys)
            about = {"mails": mails, "connections": connections, "relay": relay_name, "dkim": dkim}
            return about | _measure(target, mails, say)
    finally:
        postgres.remove()
        folder.remove()


def _measure(target: Target, mails: int, say: Callable[[str], None]) -> dict[str, Any]:
    say(f"recording {mails} mails")
    first = _apart(_fill, target, mails, 1)
    leased = _apart(baselines.sample, target, SAMPLE)
    prepared = _apart(baselines.prepare, target, leased)
    few = min(mails, BASELINE_MAILS)
    say("measuring the bare loop, and stages alone")
    bare = _apart(baselines.bare_library, target, prepared, few)
    alone = {
        "compose": _apart(baselines.compose, target, leased, few),
        "smtp": _apart(baselines.own_client, target, prepared, few),
    }
    say("delivering with one process")
    one = _together(target, first, mails, processes=1)
    say("delivering with two processes")
    two = _together(target, _apart(_fill, target, mails, 2), mails, processes=2)
    rate = _rate(one, mails)
    return {
        "message_bytes": sum(len(each.message) for each in prepared) // len(prepared),
        "rate": round(rate),
        "bare_rate": round(bare),
        "ratio": round(rate / bare, 2),
        "two_process_rate": round(_rate(two, mails)),
        "rss_mb": round(max(each.peak_rss_mb for each in (*one, *two))),
        "rss_mb_at": {name: round(rss) for name, rss in one[0].rss_mb.items()},
        "cpu": round(one[0].cpu_seconds / (one[0].ended - one[0].began), 2),
        "stages": _stages(one[0], target.connections, alone),
    }


def _rate(runs: list[Run], mails: int) -> float:
    return mails / (max(each.ended for each in runs) - min(each.began for each in runs))


def _stages(ran: Run, connections: int, alone: dict[str, float]) -> dict[str, Any]:
    """Return each stage's share of the connections' time; ``other`` is what no stage counted."""
    whole = (ran.ended - ran.began) * connections
    shares = {stage: seconds / whole for stage, seconds in ran.stages.items()}
    shares["other"] = 1 - sum(shares.values())
    return {
        stage: {"share": round(share, 3)} | ({"rate_alone": round(alone[stage])} if stage in alone else {})
        for stage, share in shares.items()
    }


def _together(target: Target, edition_id: UUID, mails: int, *, processes: int) -> list[Run]:
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(delivery.deliver, target, edition_id, mails) for _ in range(processes)]
        return [each.result() for each in running]


def _apart(measure: Callable[..., Any], *given: Any) -> Any:
    """Run something in a process of its own, so that nothing before it weighs on it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, *given).result()


def _fill(target: Target, mails: int, seed: int) -> UUID:
    async def record() -> UUID:
        database = Database(engine_for(target.database_url, "sender"))
        try:
            return await fill(database, target.secret.encode(), mails, seed)
        finally:
            await database.close()

    return asyncio.run(record())
