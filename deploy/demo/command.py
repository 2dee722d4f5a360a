"""``onsdag demo``: the main job, from one command."""

import asyncio
import json
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.cli.serving import declare_topology
from deploy.demo.clients import Apis
from deploy.demo.inputs import Choice, prepare
from deploy.demo.pages import make_pages
from deploy.demo.play import Play
from deploy.demo.processes import Services, demo_environment
from deploy.demo.progress import Progress
from deploy.demo.result import Result, show
from deploy.demo.surroundings import Surroundings
from deploy.demo.webserver import bind, serving
from deploy.local.stack import LocalStack
from deploy.topology import SERVICES
from shared.clock import FileClock
from shared.persistence.migrations import upgrade

PORT = 8080


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
    try:
        choice = Choice.of(crm=crm, mapping=mapping, people=people, orders=orders, seed=seed)
    except ValueError as problem:
        raise typer.BadParameter(str(problem)) from None
    progress = Progress(Console(stderr=True))
    try:
        flawless = asyncio.run(_demo(choice, progress, once=once, as_json=as_json))
    except (KeyboardInterrupt, asyncio.CancelledError):
        progress.say("Ended; nothing is left running.")
        raise typer.Exit(130) from None
    raise typer.Exit(0 if flawless else 1)


async def _demo(choice: Choice, progress: Progress, *, once: bool, as_json: bool) -> bool:
    _cancel_on_sigterm()
    async with _surroundings(progress) as (around, services):
        inputs = prepare(choice, around.folder)
        with progress.step("Starting the five services"):
            await services.start()
        result = await Play(inputs, around).run()
        _print(result, as_json=as_json)
        if not once:
            progress.say(f"\nOpen {services.public_url} – Ctrl-C ends it.")
            await asyncio.Event().wait()
        return result.flawless


def _print(result: Result, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        show(result, Console())


@asynccontextmanager
async def _surroundings(progress: Progress) -> AsyncIterator[tuple[Surroundings, Services]]:
    """Start the servers and the page; yield what the play runs in, and the services, not yet started.

    Mail always goes to the demo's own sink, whatever the environment says.
    """
    settings = {name: value for name, value in os.environ.items() if name != "ONSDAG_SMTP_URL"}
    async with AsyncExitStack() as exits:
        with progress.step("Starting a private PostgreSQL, RabbitMQ and mail sink"):
            urls = (await exits.enter_async_context(LocalStack(settings=settings))).urls
        assert urls.mail_folder is not None
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="onsdag-demo-")))
        with progress.step("Preparing the database and the queues"):
            for service in SERVICES:
                await asyncio.to_thread(upgrade, service, urls.database_url)
            await declare_topology(urls.amqp_url)
        clock = FileClock(folder / "clock.json")
        door, public_url = bind(PORT)
        environment = demo_environment(urls, clock, public_url)
        services = Services(folder, environment, public_url)
        exits.push_async_callback(services.stop)
        apis = Apis(services, environment["ONSDAG_SECRET_KEY"].encode(), clock)
        exits.push_async_callback(apis.close)
        await exits.enter_async_context(serving(make_pages(apis, urls.mail_folder), door))
        yield Surroundings(apis, urls.amqp_url, clock, urls.mail_folder, folder, progress), services


def _cancel_on_sigterm() -> None:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
