"""An SMSC of a test's own: ``smsc.pl`` on Debian's libnet-smpp-perl, which shares no code with ours."""

import asyncio
import json
import shutil
import subprocess
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.local.process import LocalServerError
from tests.support.waiting import until

PROGRAM = Path(__file__).with_name("smsc.pl")
USER, PASSWORD = "onsdag", "hemligt"


@dataclass
class Smsc:
    """A running SMSC and what it has read, in the order in which it came."""

    process: Process
    port: int = 0
    read: list[dict[str, Any]] = field(default_factory=list)

    @property
    def submitted(self) -> list[dict[str, Any]]:
        return [pdu for pdu in self.read if pdu["name"] == "submit_sm"]

    async def heard(self, name: str, times: int = 1) -> list[dict[str, Any]]:
        """Return the PDUs of a name when there are so many."""

        async def look() -> list[dict[str, Any]]:
            return [pdu for pdu in self.read if pdu["name"] == name]

        return await until(look, lambda found: len(found) >= times)

    async def listen(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            said = json.loads(line)
            self.port = said.get("port", self.port)
            if "name" in said:
                self.read.append(said)


def _check() -> None:
    perl = shutil.which("perl")
    if (
        perl is None
        or subprocess.run([perl, "-MNet::SMPP", "-e1"], capture_output=True, check=False).returncode
    ):
        raise LocalServerError("An SMSC is missing: install Debian's package libnet-smpp-perl.")


@asynccontextmanager
async def open_smsc() -> AsyncIterator[Smsc]:
    """Run an SMSC on a free port. Raises LocalServerError with a sentence where there is none."""
    await asyncio.to_thread(_check)
    smsc = Smsc(await asyncio.create_subprocess_exec("perl", str(PROGRAM), USER, PASSWORD, stdout=PIPE))
    listening = asyncio.create_task(smsc.listen())
    try:
        await until(lambda: asyncio.to_thread(lambda: smsc.port))
        yield smsc
    finally:
        smsc.process.kill()
        await smsc.process.wait()
        await listening
