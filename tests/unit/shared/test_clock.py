"""The clock that can be set."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.clock import FileClock, FixedClock, SystemClock, clock_from

WEDNESDAY = datetime(2027, 2, 17, 8, 0, tzinfo=UTC)


def test_a_file_clock_runs_on_from_where_it_was_set(tmp_path: Path) -> None:
    clock = FileClock(tmp_path / "clock")
    clock.set(WEDNESDAY)
    first, second = clock.now(), clock.now()
    assert WEDNESDAY <= first <= second < WEDNESDAY + timedelta(minutes=1)


def test_every_reader_of_the_file_sees_a_new_setting(tmp_path: Path) -> None:
    one, other = FileClock(tmp_path / "clock"), FileClock(tmp_path / "clock")
    one.set(WEDNESDAY)
    other.now()
    one.set(WEDNESDAY + timedelta(days=7))
    assert other.now() - WEDNESDAY >= timedelta(days=7)


def test_a_fixed_clock_stands_still() -> None:
    clock = FixedClock(WEDNESDAY)
    assert clock.now() == clock.now() == WEDNESDAY


def test_a_setting_names_the_clock(tmp_path: Path) -> None:
    assert isinstance(clock_from("system"), SystemClock)
    assert isinstance(clock_from(f"file:{tmp_path}/clock"), FileClock)


@pytest.mark.parametrize("setting", ["", "sundial", "file:"])
def test_an_unknown_clock_is_refused_with_what_is_possible(setting: str) -> None:
    with pytest.raises(ValueError, match="system"):
        clock_from(setting)
