"""``onsdag bench merge``: a Wednesday's merge at full size, against bare SQL in the same run."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from deploy.bench import merging
from deploy.bench.correcting import correct
from deploy.bench.freezing import Frozen, freeze, growth
from deploy.bench.handing_over import hand_over
from deploy.bench.merging import Target
from deploy.local.stack import LocalStack
from shared.observability.logging import configure_logging
from shared.persistence.migrations import upgrade

Part = Callable[..., Coroutine[Any, Any, Any]]


def run_merge(people: int, orders: int, *, say: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Import a register through the bus, preview and freeze its orders; return the figures.

    ``pairs`` are (order, person) that are reached, ``mails`` the addresses they come to. ``seconds`` is the
    whole freeze with everything it writes, ``sql_seconds`` the bare aggregation that comes to the same mails,
    ``ratio`` the one to the other; ``pressed_seconds`` is the freeze with the default limit of sections (D2).
    ``doubling`` is ``seconds`` to those for half as many people in the same round, the median of the rounds;
    ``sql_doubling`` is the same of the bare query.
    ``preview_ms`` is that of the slowest order, ``estimate_ms`` that of the slowest of four audiences not
    ordered yet, with conditions, ``correction_ms`` that of whoever got the largest order.
    ``hand_over_seconds`` go from the release to the last batch in the outbox. ``rss_mb`` is the largest peak
    of the scheduler's memory in all of this.
    """
    with LocalStack() as stack, TemporaryDirectory(prefix="onsdag-") as folder:
        servers = stack.urls
        upgrade("scheduler", servers.database_url)
        target = Target(servers.database_url, servers.amqp_url, folder, people, orders)
        say(f"importing {people} people through the bus")
        imported = _apart(merging.take_in, target)
        say(f"previewing {orders} orders")
        previewed = _apart(merging.preview, target)
        say("importing half as many beside")
        half = _half(target)
        say("freezing both, and aggregating barely")
        whole, halved = _frozen(target, half)
        corrected = _apart(correct, target)
        say(f"handing over {whole.mails} mails")
        handed = _apart(hand_over, target)
    return {
        "people": people,
        "orders": orders,
        **{name: round(value, 1) for name, value in (imported | previewed | corrected).items()},
        **whole.figures(),
        "doubling": round(growth(whole.seconds, halved.seconds), 2),
        "sql_doubling": round(growth(whole.bare, halved.bare), 2),
        "half_pairs": halved.pairs,
        "half_seconds": halved.figures()["seconds"],
        "hand_over_seconds": round(handed["hand_over_seconds"], 1),
        "rss_mb": round(max(imported["rss_mb"], previewed["rss_mb"], whole.rss_mb, handed["rss_mb"])),
    }


def _half(target: Target) -> Target:
    """Import half as many people into an empty database beside, in the same way."""
    half = replace(target, database_url=_empty_database(target.database_url), people=target.people // 2)
    upgrade("scheduler", half.database_url)
    _apart(merging.take_in, half)
    return half


def _frozen(*targets: Target) -> list[Frozen]:
    frozen: list[Frozen] = _apart(freeze, *targets)
    return frozen


def run_freeze(database_url: str, people: int, orders: int) -> dict[str, Any]:
    """Fill an empty database without a bus, freeze; return ``run_merge``'s figures of the freeze."""
    upgrade("scheduler", database_url)
    with TemporaryDirectory(prefix="onsdag-") as folder:
        target = Target(database_url, "amqp://unused", folder, people, orders)
        _apart(merging.fill, target)
        (frozen,) = _frozen(target)
        return frozen.figures() | {"rss_mb": round(frozen.rss_mb)}


def _empty_database(beside: str) -> str:
    """Make another database on the same server; return its URL."""
    url = make_url(beside)

    async def create() -> None:
        conn = await asyncpg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
        await conn.execute("CREATE DATABASE onsdag_half")
        await conn.close()

    asyncio.run(create())
    return url.set(database="onsdag_half").render_as_string(hide_password=False)


def _apart(part: Part, *targets: Target) -> Any:
    """Run a part in a process of its own, to tell memory apart."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_run, part, *targets).result()


def _run(part: Part, *targets: Target) -> Any:
    configure_logging("bench", "console", "WARNING")
    return asyncio.run(part(*targets))
