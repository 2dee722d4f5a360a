"""``onsdag import``: a CRM export into Onsdag."""

import json
from pathlib import Path
from typing import Annotated

import typer
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.importing.events import MAILING_TYPES, MEMBER_TYPES
from deploy.importing.failures import ImportFailed
from deploy.importing.report import show
from deploy.importing.run import ImportRequest, run_import
from deploy.importing.summary import ImportSummary
from shared.clock import clock_from


class ImportSettings(BaseSettings):
    """What an import needs to know: less than a service."""

    model_config = SettingsConfigDict(env_prefix="ONSDAG_", extra="ignore", frozen=True)

    amqp_url: str = Field(default="amqp://guest:guest@127.0.0.1:5672/", description="RabbitMQ.")
    clock: str = Field(default="system", description="`system`, or `file:PATH` for a clock that can be set.")
    time_zone: str = Field(
        default="Europe/Stockholm", description="Time zone of the organisation's days and hours."
    )


File = Annotated[Path, typer.Argument(help="The export: CSV in any usual encoding, or .xlsx.")]
MappingFile = Annotated[Path | None, typer.Option(help="YAML file that says what the columns are called.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be published.")]
Previous = Annotated[
    Path | None, typer.Option(help="The export before: show differences, end what has vanished.")
]
EraseRemoved = Annotated[
    bool, typer.Option("--erase-removed", help="Erase people who are no longer in the export.")
]
NamedTypes = Annotated[
    list[str] | None, typer.Option(help="Assignment type whose holders order mailings (A9).")
]
MemberTypes = Annotated[
    list[str] | None, typer.Option(help="Assignment type whose holders look after new members.")
]
Afresh = Annotated[
    bool, typer.Option("--afresh", help="Let a file that was imported earlier today take effect again.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


def import_command(
    file: File,
    mapping: MappingFile = None,
    dry_run: DryRun = False,
    previous: Previous = None,
    erase_removed: EraseRemoved = False,
    named_type: NamedTypes = None,
    member_type: MemberTypes = None,
    afresh: Afresh = False,
    as_json: AsJson = False,
) -> None:
    """Import a CRM export. Exit status: 0 all rows, 2 some rows left out, 1 nothing or not everything."""
    if erase_removed and previous is None:
        raise typer.BadParameter("--erase-removed needs --previous")
    settings = ImportSettings()
    request = ImportRequest(
        path=file,
        mapping=mapping,
        previous=previous,
        mailing_types=_types(named_type, MAILING_TYPES),
        member_types=_types(member_type, MEMBER_TYPES),
        erase_removed=erase_removed,
        afresh=afresh,
        dry_run=dry_run,
        zone=settings.time_zone,
    )
    try:
        summary = _with_progress(request, settings)
    except ImportFailed as error:
        typer.echo(f"Not imported: {error}", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(summary.as_json(), ensure_ascii=False))
    else:
        show(summary, Console())
    raise typer.Exit(summary.exit_code)


def _types(given: list[str] | None, default: frozenset[str]) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in given) if given else default


def _with_progress(request: ImportRequest, settings: ImportSettings) -> ImportSummary:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f} lines"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("Reading" if request.dry_run else "Importing", total=None)
        return run_import(
            request,
            settings.amqp_url,
            clock_from(settings.clock),
            lambda read, of: bars.update(bar, completed=read, total=of or None),
        )
