"""``onsdag bus``: dead letters, and their return."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.topology import all_queues
from shared.messaging.dead import DeadLetter, list_dead
from shared.messaging.dead import replay as replay_dead
from shared.settings import BusSettings

app = typer.Typer(no_args_is_help=True)

QueueName = Annotated[str | None, typer.Option("--queue", help="Only this queue, without `.dead`.")]


@app.command()
def dead(
    queue: QueueName = None, limit: Annotated[int, typer.Option(help="Most letters shown for a queue.")] = 100
) -> None:
    """List the messages that could not be handled, with the reason. Nothing is taken out."""
    letters = asyncio.run(_list(queue, limit))
    table = Table("queue", "id", "type", "attempts", "failed at", "reason", box=None)
    for letter in letters:
        table.add_row(
            letter.queue,
            letter.message_id,
            letter.type,
            str(letter.attempts),
            letter.failed_at,
            letter.reason,
        )
    Console().print(table if letters else "No dead letters.")


@app.command()
def replay(
    queue: Annotated[str, typer.Argument(help="The queue, without `.dead`.")],
    message_id: Annotated[str | None, typer.Option("--id", help="Only this message.")] = None,
) -> None:
    """Return dead letters to their queue, with their attempts counted from the start."""
    if queue not in _names():
        raise typer.BadParameter(f"{queue!r} is none of the queues: {', '.join(_names())}")
    count = asyncio.run(replay_dead(BusSettings().amqp_url, queue, message_id))
    typer.echo(f"{count} returned to {queue}")


def _names() -> list[str]:
    return [queue.name for queue in all_queues()]


async def _list(queue: str | None, limit: int) -> list[DeadLetter]:
    if queue is not None and queue not in _names():
        raise typer.BadParameter(f"{queue!r} is none of the queues: {', '.join(_names())}")
    found: list[DeadLetter] = []
    for name in [queue] if queue else _names():
        found += await list_dead(BusSettings().amqp_url, name, limit)
    return found
