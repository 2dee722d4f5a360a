"""``onsdag bench merge``: a Wednesday's merge at full size, against bare SQL in the same run."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from tempfile import TemporaryDirectory
from typing import Any

from deploy.bench import merging
from deploy.bench.merging import Target
from deploy.local.stack import LocalStack
from shared.persistence.migrations import upgrade

Part = Callable[[Target], Coroutine[Any, Any, Any]]


def run_merge(people: int, orders: int, *, say: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Import a register through the bus, preview and freeze its orders; return the figures.

    ``pairs`` are (order, person) that are reached, ``mails`` the addresses they come to. ``seconds`` is the
    whole freeze with everything it writes, ``sql_seconds`` the bare aggregation of the same rows, ``ratio``
    the one to the other. ``preview_ms`` is the median over the orders. ``rss_mb`` is the peak memory of the
    scheduler's process, at the import or at the freeze.
    """
    with LocalStack() as stack:
        servers = stack.urls
        upgrade("scheduler", servers.database_url)
        with TemporaryDirectory(prefix="onsdag-") as folder:
            target = Target(servers.database_url, servers.amqp_url, folder, people, orders)
            say(f"importing {people} people through the bus")
            imported = _apart(merging.take_in, target)
            say(f"previewing {orders} orders")
            previewed = _apart(merging.preview, target)
            say("freezing, and aggregating barely")
            frozen = _apart(merging.freeze, target)
    return {"people": people, "orders": orders} | _figures(imported | previewed, frozen)


def run_freeze(database_url: str, people: int, orders: int) -> dict[str, Any]:
    """Fill an empty database without a bus, freeze; return ``run_merge``'s figures of the freeze."""
    upgrade("scheduler", database_url)
    with TemporaryDirectory(prefix="onsdag-") as folder:
        target = Target(database_url, "amqp://unused", folder, people, orders)
        _apart(merging.fill, target)
        return _figures({}, _apart(merging.freeze, target))


def _figures(before: dict[str, float], frozen: dict[str, float]) -> dict[str, Any]:
    figures = {
        **{name: round(value, 1) for name, value in before.items()},
        "pairs": frozen["pairs"],
        "mails": frozen["mails"],
        "seconds": round(frozen["seconds"], 2),
        "sql_seconds": round(frozen["sql_seconds"], 2),
        "ratio": round(frozen["seconds"] / frozen["sql_seconds"], 2),
    }
    return figures | {"rss_mb": round(max(frozen["rss_mb"], before.get("rss_mb", 0.0)))}


def _apart(part: Part, target: Target) -> Any:
    """Run a part in a process of its own."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_run, part, target).result()


def _run(part: Part, target: Target) -> Any:
    return asyncio.run(part(target))
