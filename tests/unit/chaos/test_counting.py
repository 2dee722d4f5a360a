"""The count of a chaos run is only worth something if it can fail."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from deploy.chaos.tally import Tally
from deploy.chaos.verdict import Verdict
from deploy.local.sink import Received

ANN, BEN = UUID(int=1), UUID(int=2)
PLANNED = {ANN: "ann@example.org", BEN: "ben@example.org"}
FLAWLESS = Verdict(
    mails=2,
    editions=1,
    sent=2,
    missing=0,
    duplicates=0,
    altered=0,
    foreign=0,
    uncertain=0,
    unreported=0,
    kills=1,
    wanted_kills=1,
    open_connections=20,
    stalls=1,
    stalled_connections=20,
    broker_restarts=1,
    database_restarts=1,
    ended_by_themselves=0,
    unfinished=0,
    left_in_outbox=0,
    left_in_queues=0,
    seed=1,
    processes=2,
    seconds=60,
)


def arrived(mail_id: UUID | None, to: str, date: str = "Wed, 17 Feb 2027 09:00:00 +0100") -> Received:
    name = f"Message-ID: <{mail_id}@example.org>\r\n" if mail_id else ""
    raw = f"From: info@example.org\r\nDate: {date}\r\n{name}\r\nHej!\r\n".encode()
    return Received(1, "bounce@example.org", (to,), datetime(2027, 2, 17, tzinfo=UTC), raw)


def count(*messages: Received) -> dict[str, int]:
    tally = Tally()
    tally.expect(PLANNED)
    for message in messages:
        tally.note(message)
    return {name: getattr(tally, name) for name in ("sent", "missing", "duplicates", "altered", "foreign")}


def counted(*messages: Received) -> dict[str, int]:
    """Return the figures that are not nothing."""
    return {name: figure for name, figure in count(*messages).items() if figure}


TO_ANN, TO_BEN = arrived(ANN, "ann@example.org"), arrived(BEN, "ben@example.org")


def test_each_mail_once_is_flawless() -> None:
    assert counted(TO_ANN, TO_BEN) == {"sent": 2}


def test_lost_mail_is_missing() -> None:
    assert counted(TO_ANN) == {"sent": 1, "missing": 1}


def test_second_copy_is_a_duplicate() -> None:
    assert counted(TO_ANN, TO_BEN, TO_ANN) == {"sent": 2, "duplicates": 1}


def test_copy_with_another_date_is_altered() -> None:
    later = arrived(ANN, "ann@example.org", "Wed, 17 Feb 2027 09:00:01 +0100")
    assert counted(TO_ANN, TO_BEN, later) == {"sent": 2, "duplicates": 1, "altered": 1}


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(arrived(UUID(int=3), "ann@example.org"), id="nobody planned it"),
        pytest.param(arrived(ANN, "ben@example.org"), id="somebody else's"),
        pytest.param(arrived(None, "ann@example.org"), id="no Message-ID"),
    ],
)
def test_mail_that_was_not_planned_is_foreign(message: Received) -> None:
    assert counted(message, TO_ANN, TO_BEN) == {"sent": 2, "foreign": 1}


def test_flawless_run_passes() -> None:
    assert FLAWLESS.passed
    assert replace(FLAWLESS, duplicates=20, uncertain=25, ended_by_themselves=3).passed


@pytest.mark.parametrize(
    "flaw",
    [
        {"missing": 1},
        {"sent": 1},
        {"duplicates": 21},
        {"duplicates": 1, "altered": 1},
        {"foreign": 1},
        {"kills": 0},
        {"mails": 0, "sent": 0},
        {"unreported": 1},
        {"unfinished": 1},
        {"left_in_outbox": 1},
        {"left_in_queues": 1},
    ],
    ids=str,
)
def test_run_with_a_flaw_does_not_pass(flaw: dict[str, Any]) -> None:
    verdict = replace(FLAWLESS, **flaw)
    assert verdict.as_json()["passed"] is False


def test_the_verdict_has_the_figures_that_scripts_read() -> None:
    said = FLAWLESS.as_json()
    wanted = {"sent", "missing", "duplicates", "uncertain", "kills", "open_connections", "passed"}
    assert wanted <= said.keys()
    assert said["passed"] is True
