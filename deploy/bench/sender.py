"""``onsdag bench sender``: the complete engine against a bare loop, in one run on one machine."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any
from uuid import UUID

from deploy.bench import delivery
from deploy.bench.delivery import Run, Target
from deploy.bench.edition import fill
from deploy.bench.relay import relay
from deploy.local.mail import CHECKOUT
from deploy.local.postgres import PrivatePostgres
from deploy.local.run_folder import RunFolder
from shared.persistence.database import Database, engine_for
from shared.persistence.migrations import upgrade

BASELINE_MAILS = 5000
SAMPLE = 500


def run(mails: int, *, connections: int = 20, say: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Deliver ``mails`` mails with one process, and again with two; return the figures.

    ``rate`` and ``bare_rate`` are mails a second, ``ratio`` is the one to the other, ``rss_mb`` the peak
    memory of the delivering process (``rss_mb_early``: when a tenth was delivered). ``stages`` gives the rate
    of each stage alone and the share of one mail's time that it takes.
    """
    folder = RunFolder(CHECKOUT / ".onsdag")
    postgres = PrivatePostgres(folder.path / "postgres", keep_open=folder.lock)
    try:
        say("starting PostgreSQL and the relay")
        postgres.start()
        upgrade("sender", postgres.url)
        with relay(folder.path / "relay") as (smtp_url, relay_name):
            target = Target(postgres.url, smtp_url, secrets.token_hex(16), connections)
            return {"mails": mails, "connections": connections, "relay": relay_name} | _measure(
                target, mails, say
            )
    finally:
        postgres.remove()
        folder.remove()


def _measure(target: Target, mails: int, say: Callable[[str], None]) -> dict[str, Any]:
    say(f"recording {mails} mails")
    first = _apart(_fill, target, mails, 1)
    leased = _apart(delivery.sample, target, SAMPLE)
    made = _apart(delivery.messages, target, leased)
    few = min(mails, BASELINE_MAILS)
    say("measuring the bare loop and each stage")
    bare = _apart(delivery.bare_library, target, made, few)
    composed = _apart(delivery.compose, target, leased, few)
    handed = _apart(delivery.own_client, target, made, few)
    say("delivering with one process")
    one = _together(target, first, mails, processes=1)
    rate = mails / (one[0].ended - one[0].began)
    say("delivering with two processes")
    second = _apart(_fill, target, mails, 2)
    two = _together(target, second, mails, processes=2)
    two_rate = mails / (max(r.ended for r in two) - min(r.began for r in two))
    return {
        "message_bytes": sum(len(message) for _, message in made) // len(made),
        "rate": round(rate),
        "bare_rate": round(bare),
        "ratio": round(rate / bare, 2),
        "two_process_rate": round(two_rate),
        "rss_mb": round(max(r.rss_mb for r in (*one, *two))),
        "rss_mb_early": round(one[0].rss_mb_early),
        "stages": _stages(rate, composed, handed),
    }


def _stages(rate: float, composed: float, handed: float) -> dict[str, Any]:
    """Share of the time of one mail that each stage takes; what is left is the ledger and waiting."""
    shares = {"compose": rate / composed, "hand_over": rate / handed}
    shares["ledger"] = max(0.0, 1 - sum(shares.values()))
    return {
        "compose": {"rate": round(composed), "share": round(shares["compose"], 2)},
        "hand_over": {"rate": round(handed), "share": round(shares["hand_over"], 2)},
        "ledger": {"share": round(shares["ledger"], 2)},
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
