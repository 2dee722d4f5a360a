"""``onsdag import``: a CRM export into Onsdag."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import httpx
import typer
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.importing.events import MAILING_TYPES, MEMBER_TYPES
from deploy.importing.failures import ImportFailed, RegisterUnknown
from deploy.importing.report import show
from deploy.importing.run import ImportRequest, run_import
from deploy.importing.snapshot import Limit, import_snapshot
from deploy.importing.summary import ImportSummary
from shared.clock import clock_from
from shared.web.tokens import ApiTokens


class ImportSettings(BaseSettings):
    """What an import needs to know: less than a service."""

    model_config = SettingsConfigDict(env_prefix="ONSDAG_", extra="ignore", frozen=True)

    amqp_url: str = Field(default="amqp://guest:guest@127.0.0.1:5672/", description="RabbitMQ.")
    clock: str = Field(default="system", description="`system`, or `file:PATH` for a clock that can be set.")
    time_zone: str = Field(
        default="Europe/Stockholm", description="Time zone of the organisation's days and hours."
    )
    scheduler_url: str = Field(
        default="http://127.0.0.1:8002", description="Where the scheduler says what it knows (--snapshot)."
    )
    vanish_percent: float = Field(
        default=10.0, ge=0, le=100, description="How much of the register a --snapshot may lack unasked."
    )
    secret_key: SecretStr | None = Field(default=None, description="As the services have it (--snapshot).")


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
WholeRegister = Annotated[
    bool,
    typer.Option("--snapshot", help="The file is the whole register: what it lacks is ended and erased."),
]
LetVanish = Annotated[
    int | None, typer.Option(help="How many in all may vanish, or lose address or region, by --snapshot.")
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
    snapshot: WholeRegister = False,
    let_vanish: LetVanish = None,
    as_json: AsJson = False,
) -> None:
    """Import a CRM export. Exit status: 0 all rows, 2 some rows left out, 1 nothing or not everything."""
    _check_options(erase_removed, previous, snapshot, let_vanish)
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
        summary = _with_progress(request, settings, Limit(settings.vanish_percent, let_vanish), snapshot)
    except ImportFailed as error:
        typer.echo(f"Not imported: {error}", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(summary.as_json(), ensure_ascii=False))
    else:
        show(summary, Console())
    raise typer.Exit(summary.exit_code)


def _check_options(erase: bool, previous: Path | None, snapshot: bool, let_vanish: int | None) -> None:
    if erase and previous is None:
        raise typer.BadParameter("--erase-removed needs --previous")
    if snapshot and previous is not None:
        raise typer.BadParameter("--snapshot compares with what is known, --previous with a file: not both")
    if let_vanish is not None and not snapshot:
        raise typer.BadParameter("--let-vanish needs --snapshot")


def _types(given: list[str] | None, default: frozenset[str]) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in given) if given else default


def _with_progress(
    request: ImportRequest, settings: ImportSettings, limit: Limit, snapshot: bool
) -> ImportSummary:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f} lines"))
    errors = Console(stderr=True)
    with Progress(*columns, TimeElapsedColumn(), console=errors, transient=True) as bars:
        bar = bars.add_task("Reading" if request.dry_run else "Importing", total=None)

        def progress(read: int, of: int) -> None:
            bars.update(bar, completed=read, total=of or None)

        if snapshot:
            return asyncio.run(_snapshot(request, settings, limit, progress, errors))
        return run_import(request, settings.amqp_url, clock_from(settings.clock), progress)


async def _snapshot(
    request: ImportRequest,
    settings: ImportSettings,
    limit: Limit,
    progress: Callable[[int, int], None],
    errors: Console,
) -> ImportSummary:
    if settings.secret_key is None:
        raise RegisterUnknown("--snapshot asks the scheduler what it knows, and needs ONSDAG_SECRET_KEY")
    clock = clock_from(settings.clock)
    tokens = ApiTokens(settings.secret_key.get_secret_value().encode(), clock)
    token = tokens.issue("onsdag import", "admin", timedelta(hours=1))
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=settings.scheduler_url, headers=headers, timeout=60) as scheduler:
        return await import_snapshot(
            request,
            limit,
            scheduler,
            settings.amqp_url,
            clock,
            lambda looked: show(looked, errors),
            progress,
        )
