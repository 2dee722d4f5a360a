"""What the relay's answers mean, and when a mail is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from services.sender.domain.progress import forecast
from services.sender.domain.replies import Reply, Stage, judge, one_line
from services.sender.domain.retry import pause_after, pause_after_break
from services.sender.domain.states import Input, State

NOW = datetime(2027, 2, 17, 8, tzinfo=UTC)


def test_pauses_are_5_15_30_minutes_doubling_to_four_hours() -> None:
    pauses = [pause_after(attempt) for attempt in range(1, 9)]
    minutes = [pause.total_seconds() / 60 for pause in pauses if pause]
    assert minutes == [5, 15, 30, 60, 120, 240, 240, 240]


def test_mail_is_given_up_after_four_days() -> None:
    waited = timedelta()
    attempt = 1
    while pause := pause_after(attempt):
        waited += pause
        attempt += 1
    assert timedelta(days=3, hours=20) < waited <= timedelta(days=4)


def test_pauses_after_a_broken_connection_are_short() -> None:
    assert [pause_after_break(n).total_seconds() for n in (1, 2, 3, 20)] == [1, 4, 16, 300]


@pytest.mark.parametrize(
    ("stage", "code", "text", "given", "dead"),
    [
        (Stage.DATA, 250, "2.0.0 Ok: queued as 4F", Input.ACCEPT, False),
        (Stage.RECIPIENT, 450, "4.2.1 Mailbox busy", Input.DEFER, False),
        (Stage.DATA, 452, "4.3.1 Full", Input.DEFER, False),
        (Stage.RECIPIENT, 550, "5.1.1 No such user", Input.REFUSE, True),
        (Stage.RECIPIENT, 550, "5.1.10 Null MX", Input.REFUSE, True),
        (Stage.RECIPIENT, 551, "User not local", Input.REFUSE, True),
        (Stage.RECIPIENT, 553, "Mailbox name not allowed", Input.REFUSE, True),
        (Stage.RECIPIENT, 550, "5.7.1 Blocked for its reputation", Input.REFUSE, False),
        (Stage.RECIPIENT, 550, "5.1.8 Sender address rejected", Input.REFUSE, False),
        (Stage.RECIPIENT, 552, "5.2.2 Over quota", Input.REFUSE, False),
        (Stage.MAIL, 550, "Sender refused", Input.REFUSE, False),
        (Stage.DATA, 550, "5.1.1 Content", Input.REFUSE, False),
        (Stage.DATA, 554, "5.7.1 Spam", Input.REFUSE, False),
    ],
)
def test_answer_is_judged(stage: Stage, code: int, text: str, given: Input, dead: bool) -> None:
    verdict = judge(Reply(stage, code, text), attempts=1)
    assert (verdict.input, verdict.dead) == (given, dead)


def test_refusal_for_now_becomes_final_after_four_days() -> None:
    assert judge(Reply(Stage.DATA, 450, "busy"), attempts=40).input is Input.REFUSE


def test_answer_is_kept_as_one_printable_line() -> None:
    assert one_line("550 a\r\nb\x00c\x1b[31m" + "x" * 600)[:14] == "550 a b c [31m"
    assert len(one_line("x" * 600)) == 500


def test_expected_end_follows_the_rate_of_the_last_minute() -> None:
    states = {State.PLANNED: 500, State.DEFERRED: 100, State.ACCEPTED: 1200}
    ahead = forecast(states, 1200, timedelta(seconds=60), NOW - timedelta(minutes=5), NOW)
    assert (ahead.left, ahead.rate, ahead.expected_end) == (600, 20.0, NOW + timedelta(seconds=30))


def test_nothing_is_expected_when_nothing_moves() -> None:
    assert forecast({State.PLANNED: 5}, 0, timedelta(seconds=60), None, NOW).expected_end is None
