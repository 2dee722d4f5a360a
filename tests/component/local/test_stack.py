"""The private servers of a run: they serve, they keep out of another run's way, and nothing outlives them."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import aio_pika
import aiosmtplib
import asyncpg
import pytest

from deploy.local.mail import CHECKOUT
from deploy.local.process import LocalServerError
from deploy.local.rabbitmq_source import MISSING, Machine
from deploy.local.stack import LocalStack, ServerUrls
from tests.component.local.processes import processes_that_mention
from tests.support.databases import driverless
from tests.support.waiting import until

RUNNER = """
import signal
import sys
from pathlib import Path
from deploy.local.stack import LocalStack

# Whoever runs the tests in the background may have told them to ignore it, and that is inherited.
signal.signal(signal.SIGINT, signal.default_int_handler)
with LocalStack(root=Path(sys.argv[1]), settings={}, fsync=False):
    print("started", flush=True)
    sys.stdin.read()
"""


async def serve(urls: ServerUrls) -> None:
    """Use each server once."""
    database = await asyncpg.connect(driverless(urls.database_url))
    assert await database.fetchval("SELECT lower('ÅSA')") == "åsa"
    await database.close()
    bus = await aio_pika.connect(urls.amqp_url)
    await bus.close()
    mail = aiosmtplib.SMTP(hostname="127.0.0.1", port=int(urls.smtp_url.rpartition(":")[2]))
    await mail.connect()
    await mail.quit()


async def test_two_stacks_at_once_serve_and_leave_nothing_behind(tmp_path: Path) -> None:
    def stack() -> LocalStack:
        return LocalStack(root=tmp_path / "runs", settings={}, fsync=False)

    async with stack() as one, stack() as other:
        await serve(one.urls)
        await serve(other.urls)
        assert one.urls.database_url != other.urls.database_url
        assert len(list((tmp_path / "runs").iterdir())) == 2
        assert processes_that_mention(str(tmp_path))
    assert list((tmp_path / "runs").iterdir()) == []
    assert processes_that_mention(str(tmp_path)) == {}


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
async def test_nothing_outlives_a_parent_that_is_killed(tmp_path: Path, end: signal.Signals) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", RUNNER, str(tmp_path / "runs")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=dict(os.environ) | {"PYTHONPATH": str(CHECKOUT)},
    )
    assert parent.stdout is not None
    assert await parent.stdout.readline() == b"started\n"
    running = " ".join(processes_that_mention(str(tmp_path)).values())
    assert all(name in running for name in ("postgres", "beam", "epmd", "deploy.local.sink")), running
    parent.send_signal(end)
    await parent.wait()

    async def left_behind() -> list[str]:
        folders = [str(folder) for folder in (tmp_path / "runs").iterdir()]
        return folders + list(processes_that_mention(str(tmp_path)).values())

    await until(left_behind, lambda left: not left, seconds=60)


def test_what_a_run_could_not_take_away_is_taken_away_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "run-1-abandoned" / "postgres").mkdir(parents=True)
    given = {"ONSDAG_DATABASE_URL": "postgresql://elsewhere/", "ONSDAG_AMQP_URL": "amqp://elsewhere/"}
    with LocalStack(root=tmp_path, settings=given):
        assert not (tmp_path / "run-1-abandoned").exists()


def test_given_urls_win_and_nothing_is_started(tmp_path: Path) -> None:
    given = {
        "ONSDAG_DATABASE_URL": "postgresql://anna@db.example.org/onsdag",
        "ONSDAG_AMQP_URL": "amqps://bus.example.org/onsdag",
        "ONSDAG_SMTP_URL": "smtp://relay.example.org:587",
    }
    with LocalStack(root=tmp_path, settings=given) as stack:
        assert stack.urls.database_url == given["ONSDAG_DATABASE_URL"]
        assert stack.urls.amqp_url == given["ONSDAG_AMQP_URL"]
        assert stack.urls.smtp_url == given["ONSDAG_SMTP_URL"]
    assert list(tmp_path.iterdir()) == []


def test_without_any_rabbitmq_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    nothing = Machine(script=None, engine_answers=lambda: False, may_install=False)
    with pytest.raises(LocalServerError, match="apt-get install rabbitmq-server") as refusal:
        LocalStack(root=tmp_path, settings={}, machine=lambda: nothing).start()
    assert str(refusal.value) == MISSING
    assert "\n" not in MISSING
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_cannot_start_shows_the_end_of_its_log_and_leaves_nothing(tmp_path: Path) -> None:
    script = tmp_path / "rabbitmq-server"
    script.write_text("#!/bin/sh\necho the disk is full\nexit 1\n")
    script.chmod(0o755)
    broken = Machine(script=script, engine_answers=lambda: False, may_install=False)
    with pytest.raises(LocalServerError, match="the disk is full"):
        LocalStack(root=tmp_path / "runs", settings={}, machine=lambda: broken, fsync=False).start()
    assert list((tmp_path / "runs").iterdir()) == []
    assert processes_that_mention(str(tmp_path)) == {}
