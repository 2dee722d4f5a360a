"""``onsdag chaos``: proof that a killed sender loses nothing."""

import asyncio
import json
import secrets
from typing import Annotated

import typer


def chaos(
    *,
    kills: Annotated[int, typer.Option(min=1, help="How often a sender is killed.")] = 15,
    mails: Annotated[int, typer.Option(min=250, help="Mails of an edition.")] = 20_000,
    processes: Annotated[int, typer.Option(min=1, max=8, help="Senders at once.")] = 2,
    seed: Annotated[int | None, typer.Option(help="Repeats what is done, and when.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object; progress on stderr.")] = False,
) -> None:
    """Kill senders while an edition goes out, restart their broker and database, and count what arrives.

    Passes if every mail arrived, no more copies than connections were open at the kills, every copy the same
    to the last byte, every outcome reported, and queues and outbox empty. Ends with 1 if not.
    """
    from deploy.chaos.run import Order, run  # noqa: PLC0415  # what a service's container does not have
    from deploy.local.ending import Ended, ending_on_signals  # noqa: PLC0415

    order = Order(kills, mails, processes, secrets.randbelow(2**31) if seed is None else seed)
    try:
        verdict = asyncio.run(ending_on_signals(run(order, lambda line: typer.echo(line, err=True))))
    except Ended:
        typer.echo("Ended; nothing is left running.", err=True)
        raise typer.Exit(130) from None
    figures = verdict.as_json()
    if as_json:
        typer.echo(json.dumps(figures))
    else:
        typer.echo("\n".join(f"{name:<22}{value:>10}" for name, value in figures.items()))
    raise typer.Exit(0 if verdict.passed else 1)
