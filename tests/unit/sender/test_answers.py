"""What the relay's answers mean, and when a mail is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from services.sender.domain.replies import Reply, Stage, judge, one_line, without_addresses
from services.sender.domain.retry import pause_after, pause_after_break
from services.sender.domain.states import Input
from services.sender.domain.waiting import named_pause

NOW = datetime(2027, 2, 17, 8, tzinfo=UTC)


def test_pauses_are_5_15_30_minutes_doubling_to_four_hours() -> None:
    pauses = [pause_after(attempt).total_seconds() / 60 for attempt in range(1, 9)]
    assert pauses == [5, 15, 30, 60, 120, 240, 240, 240]


def test_mail_is_given_up_after_four_days() -> None:
    assert timedelta(days=3, hours=20) < waited_for(Reply(Stage.DATA, 450, "busy")) <= timedelta(days=4)


def test_refusal_that_blames_us_is_tried_seldom_and_for_four_days() -> None:
    refused = Reply(Stage.RECIPIENT, 550, "5.7.1 Blocked for its reputation")
    assert timedelta(days=3) < waited_for(refused) <= timedelta(days=4)
    pauses = [judge(refused, attempts).pause.total_seconds() / 3600 for attempts in range(1, 6)]
    assert pauses == [4, 8, 16, 24, 24]


def test_short_times_that_a_server_names_do_not_shorten_the_four_days() -> None:
    reply = Reply(Stage.RECIPIENT, 451, "4.7.1 Greylisted, try again in 60 seconds")
    assert waited_for(reply) > timedelta(days=3, hours=23)


def waited_for(reply: Reply) -> timedelta:
    """Return how long a mail has been tried when the same answer becomes final."""
    waited, attempts = timedelta(), 1
    while (verdict := judge(reply, attempts, waited)).input is Input.DEFER:
        waited += verdict.pause
        attempts += 1
    assert verdict.input is Input.REFUSE
    assert not verdict.dead
    return waited


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4.7.1 Greylisted, try again in 300 seconds", 300),
        ("4.7.1 Please try again in 90s (greylisting)", 90),
        ("retry after 5 minutes", 300),
        ("Retry-After: 120", 120),
        ("Greylisting in action, please come back in 00:04:59", 299),
        ("Greylisted for 10 min.", 600),
        ("Try again in 2 hours.", 7200),
        ("Resources busy. Please wait 90 seconds", 90),
        ("Försök igen om 10 minuter", 600),
        ("try again in 5 seconds", 60),
        ("try again in 400 hours", 86_400),
        ("Please try again later", None),
        ("4.2.0 Greylisted, see http://postgrey.example.org/help/example.org.html", None),
        ("4.7.0 Messages from 192.0.2.1 temporarily deferred", None),
        ("greylisted 192.0.2.1", None),
        ("try again after 14:30", None),
        ("try again 3 times at most", None),
        ("try again at 2027-02-17", None),
        ("wait " + "9" * 400, None),
    ],
)
def test_time_that_a_server_names_is_obeyed(text: str, seconds: int | None) -> None:
    named = named_pause(text)
    assert named == (None if seconds is None else timedelta(seconds=seconds))
    assert judge(Reply(Stage.RECIPIENT, 451, text), attempts=1).pause == (named or timedelta(minutes=5))


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
        (Stage.RECIPIENT, 550, "No such user here", Input.REFUSE, True),
        (Stage.RECIPIENT, 551, "User not local", Input.REFUSE, False),
        (Stage.RECIPIENT, 553, "Mailbox name not allowed", Input.REFUSE, False),
        (Stage.RECIPIENT, 550, "Requested action not taken: mailbox unavailable", Input.REFUSE, False),
        (Stage.RECIPIENT, 550, "mailbox full", Input.REFUSE, False),
        (Stage.RECIPIENT, 550, "Greylisted, try again later", Input.REFUSE, False),
        (Stage.RECIPIENT, 550, "temporarily unavailable", Input.REFUSE, False),
        (Stage.RECIPIENT, 550, "callout verification failure", Input.REFUSE, False),
        (Stage.RECIPIENT, 550, "Rejected", Input.REFUSE, False),
        (Stage.RECIPIENT, 550, "5.1.0 Address rejected", Input.REFUSE, False),
        (Stage.RECIPIENT, 550, "5.1.1 Unknown; the directory is not available", Input.REFUSE, False),
        (Stage.DATA, 550, "5.4.5 Daily user sending limit exceeded", Input.DEFER, False),
        (Stage.RECIPIENT, 550, "5.7.0 Sending quota exceeded", Input.DEFER, False),
        (Stage.DATA, 554, "5.2.0 STOREDRV.Submission; SubmissionQuotaExceeded", Input.DEFER, False),
        (Stage.RECIPIENT, 550, "Domain x has exceeded the max emails per hour (500/500)", Input.DEFER, False),
        (Stage.RECIPIENT, 550, "You have exceeded your daily sending quota", Input.DEFER, False),
        (Stage.RECIPIENT, 550, "Sending limit reached", Input.DEFER, False),
        (Stage.DATA, 550, "5.1.90 You have reached your daily limit for recipients", Input.DEFER, False),
        (Stage.DATA, 554, "The limit of allowed outgoing messages was exceeded", Input.DEFER, False),
        (Stage.DATA, 550, "5.1.90 Your message can't be sent", Input.DEFER, False),
        (Stage.RECIPIENT, 550, "You may send 450 emails per hour", Input.DEFER, False),
        (Stage.RECIPIENT, 550, "Rate limit exceeded", Input.DEFER, False),
        (Stage.RECIPIENT, 552, "5.2.2 Over quota; the mailbox is full", Input.REFUSE, False),
        (Stage.RECIPIENT, 552, "The user has exceeded the storage quota", Input.REFUSE, False),
        (Stage.RECIPIENT, 550, "5.7.1 Blocked for its reputation", Input.DEFER, False),
        (Stage.RECIPIENT, 550, "5.1.8 Sender address rejected", Input.DEFER, False),
        (Stage.RECIPIENT, 550, "5.1.1 Blocked using zen.spamhaus.org", Input.DEFER, False),
        (Stage.RECIPIENT, 552, "5.2.2 Over quota", Input.REFUSE, False),
        (Stage.RECIPIENT, 421, "4.3.2 Closing", Input.DEFER, False),
        (Stage.MAIL, 421, "4.3.2 Closing", Input.UNSENT, False),
        (Stage.MAIL, 452, "4.3.1 Insufficient system storage", Input.UNSENT, False),
        (Stage.MAIL, 550, "No", Input.UNSENT, False),
        (Stage.MAIL, 552, "5.3.4 Message too big", Input.REFUSE, False),
        (Stage.MAIL, 550, "5.6.7 Addresses beyond ASCII are not taken", Input.REFUSE, False),
        (Stage.DATA, 550, "5.1.1 Content", Input.REFUSE, False),
        (Stage.DATA, 554, "5.7.1 Spam", Input.DEFER, False),
        (Stage.DATA, 554, "5.6.0 Message looks like spam", Input.REFUSE, False),
    ],
)
def test_answer_is_judged(stage: Stage, code: int, text: str, given: Input, dead: bool) -> None:
    verdict = judge(Reply(stage, code, text), attempts=1)
    assert (verdict.input, verdict.dead) == (given, dead)


@pytest.mark.parametrize(
    ("code", "text", "blames_us", "troubled"),
    [
        (250, "Ok", False, False),
        (421, "4.7.0 Too many connections", False, True),
        (421, "4.7.28 An unusual rate of unsolicited mail from your IP address", True, True),
        (450, "4.7.1 Client host rejected: cannot find your reverse hostname", True, True),
        (451, "4.3.0 Try again later", False, True),
        (451, "4.7.1 Greylisted by policy", False, False),
        (450, "4.7.1 Policy service temporarily unavailable", False, True),
        (454, "Throttling failure: Maximum sending rate exceeded.", False, True),
        (454, "Throttling failure: Daily message quota exceeded.", False, True),
        (550, "5.7.0 Sending quota exceeded", True, False),
        (450, "4.2.1 Mailbox busy", False, False),
        (452, "4.2.2 Over quota", False, False),
        (550, "5.7.26 This mail is unauthenticated", True, False),
        (550, "5.1.1 No such user", False, False),
    ],
)
def test_what_an_answer_says_of_us_and_of_the_provider(
    code: int, text: str, blames_us: bool, troubled: bool
) -> None:
    verdict = judge(Reply(Stage.RECIPIENT, code, text), attempts=1)
    assert (verdict.blames_us, verdict.troubled) == (blames_us, troubled)


@pytest.mark.parametrize(
    ("code", "text", "blames_us"),
    [
        (550, "Not you", True),
        (450, "4.7.1 Client host rejected: cannot find your reverse hostname", True),
        (421, "4.3.2 Too busy", False),
    ],
)
def test_refusal_before_the_recipient_is_named_is_trouble_of_the_relay_alone(
    code: int, text: str, blames_us: bool
) -> None:
    verdict = judge(Reply(Stage.MAIL, code, text), attempts=1, waited=timedelta(days=5))
    assert verdict.input is Input.UNSENT
    assert (verdict.blames_us, verdict.troubled) == (blames_us, False)


def test_logs_and_figures_name_nobody() -> None:
    text = "550 5.7.1 <anna.aker@example.org>: rejected (see bo@example.org)"
    assert without_addresses(text) == "550 5.7.1 <…>: rejected (see …)"


def test_answer_is_kept_as_one_printable_line() -> None:
    assert one_line("550 a\r\nb\x00c\x1b[31m" + "x" * 600)[:14] == "550 a b c [31m"
    assert len(one_line("x" * 600)) == 500
