"""``onsdag mailbox``: what comes back to the shared address."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(no_args_is_help=True)


@app.callback()
def mailbox() -> None:
    """What comes back to the shared address."""


@app.command()
def classify(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…", exists=True, help="Messages, mbox files, folders of .eml files, Maildirs."
        ),
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each message.")] = False,
) -> None:
    """Say what messages are, for whom, how bad, and why. Exactly as the service does; changes nothing.

    What cannot be read is said on standard error, the rest is classified, and the exit code is 1.
    """
    unread: list[str] = []
    lines = _lines(paths, unread)
    if as_json:
        for line in lines:
            typer.echo(json.dumps(line, ensure_ascii=False))
    else:
        _show(lines)
    for said in unread:
        typer.echo(said, err=True)
    if unread:
        raise typer.Exit(1)


def _lines(paths: list[Path], unread: list[str]) -> Iterator[dict[str, Any]]:
    """Yield what is said of each message; what cannot be read is added to ``unread``."""
    from services.sender.adapters.mailbox.files import Unreadable, messages  # noqa: PLC0415  # when it runs
    from services.sender.domain.mailbox.classify import classify as judge  # noqa: PLC0415
    from services.sender.entrypoints.mailbox_report import as_json  # noqa: PLC0415

    for found in messages(paths):
        if isinstance(found, Unreadable):
            unread.append(f"{found.name}: {found.why}")
        else:
            yield as_json(found.name, judge(found.stream))


def _show(lines: Iterator[dict[str, Any]]) -> None:
    table = Table("file", "class", "hard or soft", "code", "recipient", "why", box=None)
    for line in lines:
        why = "; ".join(dict.fromkeys(each["says"] for each in line["evidence"]))
        shown = [line["file"], line["class"], line["hard_or_soft"], line["code"], line["recipient"], why]
        table.add_row(*[cell or "" for cell in shown])
    Console().print(table)
