"""What a worker asks of the database is asked again while that can help, and else fails at once."""

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from services.sender.use_cases import outage
from services.sender.use_cases.outage import when_it_answers

DEADLOCK = asyncpg.DeadlockDetectedError("deadlock detected")


@pytest.mark.parametrize(
    "problem",
    [
        DEADLOCK,
        DBAPIError("UPDATE", {}, DEADLOCK),
        asyncpg.SerializationError("could not serialize access"),
        asyncpg.AdminShutdownError("terminating connection"),
        ConnectionResetError(),
    ],
    ids=lambda problem: type(problem).__name__,
)
async def test_what_will_work_later_is_asked_again(
    problem: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "PAUSE", 0.0)
    problems = [problem, problem]

    async def ask() -> str:
        if problems:
            raise problems.pop()
        return "answered"

    assert await when_it_answers(ask) == "answered"


async def test_mistake_of_our_own_is_loud() -> None:
    async def ask() -> None:
        raise asyncpg.UniqueViolationError("duplicate key")

    with pytest.raises(asyncpg.UniqueViolationError):
        await when_it_answers(ask)
