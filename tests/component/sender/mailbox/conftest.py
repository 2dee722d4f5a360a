"""A mailbox for each test, and a sender's reader of it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from deploy.local.process import LocalServerError
from tests.component.sender.mailbox.dovecot import PrivateDovecot
from tests.component.sender.mailbox.reader import Desk, open_desk


@pytest.fixture
def dovecot() -> Iterator[PrivateDovecot]:
    try:
        server = PrivateDovecot()
    except LocalServerError as error:
        pytest.fail(str(error), pytrace=False)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
async def desk(sender_database: str, dovecot: PrivateDovecot) -> AsyncIterator[Desk]:
    async with open_desk(sender_database, dovecot) as opened:
        yield opened
