"""Running the demo: servers, services and page around the play."""

import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import typer
from rich.console import Console

from deploy.demo.clients import Apis
from deploy.demo.inputs import Choice, prepare
from deploy.demo.pages import make_pages
from deploy.demo.play import Play
from deploy.demo.processes import Services, demo_environment
from deploy.demo.progress import Progress
from deploy.demo.result import Result, show
from deploy.demo.surroundings import Surroundings
from deploy.demo.webserver import bind, serving
from deploy.local.ending import ending_on_signals
from deploy.local.stack import LocalStack
from deploy.topology import SERVICES, declare_topology
from shared.clock import FileClock
from shared.persistence.migrations import upgrade

PORT = 8080


async def run_demo(choice: Choice, *, once: bool, as_json: bool) -> bool:
    """Play the demo; return whether the independent count agrees. Unless ``once``, stay until Ctrl-C.

    Raises Ended on Ctrl-C or SIGTERM, after everything that was started has been ended.
    """
    progress = Progress(Console(stderr=True))
    return await ending_on_signals(_run_demo(choice, progress, once=once, as_json=as_json))


async def _run_demo(choice: Choice, progress: Progress, *, once: bool, as_json: bool) -> bool:
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
