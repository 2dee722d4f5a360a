"""``onsdag bench``: each figure beside a bare baseline, measured in the same run."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from deploy.bench.signing import Kind

app = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout; progress on stderr.")]
People = Annotated[int, typer.Option(min=100, help="Size of the register.")]
Orders = Annotated[int, typer.Option(min=1, max=500, help="Orders on the Wednesday.")]


@app.command()
def wednesday(*, people: People = 100_000, orders: Orders = 20, as_json: AsJson = False) -> None:
    """Freeze a Wednesday and deliver it: each against its bare counterpart."""
    from deploy.bench.wednesday import run_wednesday  # noqa: PLC0415  # what a container does not have

    _show(run_wednesday(people, orders, say=_say), as_json=as_json)


@app.command()
def merge(*, people: People = 300_000, orders: Orders = 40, as_json: AsJson = False) -> None:
    """Import a register through the bus, preview, and freeze, against bare SQL over the same rows."""
    from deploy.bench.merge import run_merge  # noqa: PLC0415

    _show(run_merge(people, orders, say=_say), as_json=as_json)


@app.command()
def sender(
    *,
    mails: Annotated[int, typer.Option(min=100, help="Mails to deliver.")] = 50_000,
    connections: Annotated[int, typer.Option(min=1, max=200, help="To the relay.")] = 50,
    dkim: Annotated[Kind, typer.Option(help="Sign with a key of this kind.")] = "none",
    as_json: AsJson = False,
) -> None:
    """Deliver to a sink on this machine, against a bare loop with the same connections and bytes."""
    from deploy.bench.sender import run  # noqa: PLC0415

    _show(run(mails, connections=connections, dkim=dkim, say=_say), as_json=as_json)


def _say(sentence: str) -> None:
    typer.echo(f"{sentence} …", err=True)


def _show(figures: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(figures, ensure_ascii=False))
        return
    table = Table("figure", box=None)
    table.add_column("value", justify="right")
    for name, value in figures.items():
        table.add_row(name, json.dumps(value, ensure_ascii=False))
    Console().print(table)
