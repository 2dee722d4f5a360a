"""``onsdag demo``: the main job, from one command."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="Stop after the summary.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of the table.")] = False,
    crm: Annotated[Path | None, typer.Option(help="Your CRM export.", exists=True, dir_okay=False)] = None,
    mapping: Annotated[Path | None, typer.Option(help="What the export's columns are called.")] = None,
    people: Annotated[int | None, typer.Option(min=10, help="Generate a register of so many people.")] = None,
    orders: Annotated[str | None, typer.Option(help="Your orders file, or how many to generate.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of what is generated.")] = 1,
) -> None:
    """Play a Wednesday on a believable register, and leave it open at http://127.0.0.1:8080."""
    from deploy.demo.inputs import Choice  # noqa: PLC0415  # what a service's container does not have
    from deploy.demo.running import run_demo  # noqa: PLC0415
    from deploy.local.ending import Ended  # noqa: PLC0415

    try:
        choice = Choice.of(crm=crm, mapping=mapping, people=people, orders=orders, seed=seed)
    except ValueError as problem:
        raise typer.BadParameter(str(problem)) from None
    try:
        flawless = asyncio.run(run_demo(choice, once=once, as_json=as_json))
    except Ended:
        typer.echo("Ended; nothing is left running.", err=True)
        raise typer.Exit(130) from None
    raise typer.Exit(0 if flawless else 1)
