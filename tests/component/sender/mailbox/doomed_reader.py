"""A reader of the mailbox, in a process of its own, that is killed when it is about to move a message."""

import asyncio
import os
import signal
import sys
from collections.abc import Collection

from services.sender.adapters.mailbox.imap import ImapInbox
from services.sender.main import mailbox_jobs
from tests.component.sender.mailbox.reader import open_counter


def _die(_inbox: ImapInbox, uids: Collection[int], _folder: str) -> bool:
    if uids:
        os.kill(os.getpid(), signal.SIGKILL)
    return True


async def read(database_url: str, imap_url: str) -> None:
    """Read once."""
    async with open_counter(database_url, imap_url=imap_url) as counter:
        jobs = {job.name: job for job in mailbox_jobs(counter.base, counter.settings)}
        await jobs["read-mailbox"].run()


if __name__ == "__main__":
    ImapInbox.move = _die  # type: ignore[assignment,method-assign]  # the moment between commit and move
    asyncio.run(read(sys.argv[1], sys.argv[2]))
