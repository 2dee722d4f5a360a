"""``onsdag bench wednesday``: freeze and delivery of one Wednesday, each against its bare counterpart."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deploy.bench import sender
from deploy.bench.merge import run_freeze
from deploy.local.postgres import PrivatePostgres


def run_wednesday(people: int, orders: int, *, say: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Freeze the orders of a generated register; deliver as many mails as that plans.

    ``freeze_ratio`` is the time of the whole freeze to that of the bare aggregation of the same rows;
    ``delivery_ratio`` the rate of the complete engine to that of a bare loop over as many connections.
    """
    say(f"freezing {orders} orders to {people} people")
    with TemporaryDirectory(prefix="onsdag-") as folder:
        postgres = PrivatePostgres(Path(folder) / "postgres")
        try:
            postgres.start()
            frozen = run_freeze(postgres.url, people, orders)
        finally:
            postgres.remove()
    delivered = sender.run(frozen["mails"], say=say)
    return {
        "people": people,
        "orders": orders,
        "pairs": frozen["pairs"],
        "mails": frozen["mails"],
        "freeze_seconds": frozen["seconds"],
        "bare_sql_seconds": frozen["sql_seconds"],
        "freeze_ratio": frozen["ratio"],
        "delivery_rate": delivered["rate"],
        "bare_delivery_rate": delivered["bare_rate"],
        "delivery_ratio": delivered["ratio"],
        "relay": delivered["relay"],
        "connections": delivered["connections"],
    }
