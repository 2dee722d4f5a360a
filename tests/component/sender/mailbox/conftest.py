"""A mailbox for each test, and a sender's reader of it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from deploy.local.process import LocalServerError
from tests.component.sender.mailbox.dovecot import PrivateDovecot
from tests.component.sender.mailbox.reader import Counter, Desk, open_counter, open_desk


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
async def counter(sender_database: str) -> AsyncIterator[Counter]:
    """Where messages come in, without a mailbox that is read."""
    async with open_counter(sender_database) as opened:
        yield opened


@pytest.fixture
async def passing_counter(sender_database: str) -> AsyncIterator[Counter]:
    """One that passes answers on."""
    async with open_counter(sender_database, desk_address="arenden@onsdag.example.org") as opened:
        yield opened


@pytest.fixture
async def desk(sender_database: str, dovecot: PrivateDovecot) -> AsyncIterator[Desk]:
    async with open_desk(sender_database, dovecot) as opened:
        yield opened
