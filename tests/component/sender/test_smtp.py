"""The way to the relay: what is said, what is understood, and what a break means."""

import asyncio
from typing import Any

import pytest

from services.sender.adapters.relay import Relay
from services.sender.adapters.smtp import AnswerLost, NotHandedOver, RouteProblem, SmtpConnection
from services.sender.domain.replies import Reply, Stage
from tests.component.sender.scripted_relay import HANG_UP, SLOWLY, ScriptedRelay, listening
from tests.support.waiting import until

SENDER, ANNA = b"info@onsdag.example.org", b"anna@example.org"
MESSAGE = b"Subject: x\r\n\r\n.\r\n..\r\n.hidden\r\nlast"
PLAIN: tuple[str, ...] = ("8BITMIME",)


async def connect(relay: ScriptedRelay) -> SmtpConnection:
    return await Relay.parse(relay.url, timeout=5).connect()


async def is_over(connection: SmtpConnection) -> bool:
    return not connection.usable


def says(command: str, text: str, *, at: int = 0) -> ScriptedRelay:
    """A relay that answers a command in its own way the ``at``-th time."""
    return ScriptedRelay(answer=lambda given, count: text if (given, count) == (command, at) else None)


@pytest.mark.parametrize("extensions", [("PIPELINING",), PLAIN])
async def test_mail_arrives_byte_for_byte(extensions: tuple[str, ...]) -> None:
    async with listening(ScriptedRelay(extensions)) as relay:
        connection = await connect(relay)
        for _ in range(3):
            assert (await connection.send(SENDER, ANNA, MESSAGE)).code == 250
        await connection.close()
    assert relay.messages == [MESSAGE + b"\r\n"] * 3
    assert relay.heard[-1] == "QUIT"


@pytest.mark.parametrize("extensions", [("PIPELINING",), PLAIN])
async def test_refused_recipient_does_not_spoil_the_next_mail(extensions: tuple[str, ...]) -> None:
    refusal = says("RCPT", "550-5.1.1 No such\r\n550 5.1.1 recipient")
    refusal.extensions = extensions
    async with listening(refusal) as relay:
        connection = await connect(relay)
        reply = await connection.send(SENDER, b"nobody@example.org", MESSAGE)
        assert reply == Reply(Stage.RECIPIENT, 550, "5.1.1 No such 5.1.1 recipient")
        assert (await connection.send(SENDER, ANNA, MESSAGE)).code == 250
        await connection.close()
    assert "RSET" in relay.heard
    assert relay.messages[-1] == MESSAGE + b"\r\n"


@pytest.mark.parametrize(
    ("command", "stage"), [("MAIL", Stage.MAIL), ("DATA", Stage.DATA), (".", Stage.DATA)]
)
async def test_refusal_says_which_command_was_refused(command: str, stage: Stage) -> None:
    async with listening(says(command, "452 4.3.1 Full")) as relay:
        connection = await connect(relay)
        assert await connection.send(SENDER, ANNA, MESSAGE) == Reply(stage, 452, "4.3.1 Full")
        assert connection.usable
        await connection.close()


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
async def test_break_before_the_end_of_the_data_has_delivered_nothing(command: str) -> None:
    async with listening(says(command, HANG_UP)) as relay:
        connection = await connect(relay)
        with pytest.raises(NotHandedOver):
            await connection.send(SENDER, ANNA, MESSAGE)
        assert not connection.usable
        await connection.close()


async def test_break_after_the_end_of_the_data_leaves_it_open() -> None:
    async with listening(says(".", HANG_UP)) as relay:
        connection = await connect(relay)
        with pytest.raises(AnswerLost):
            await connection.send(SENDER, ANNA, MESSAGE)
        await connection.close()


@pytest.mark.parametrize("extensions", [("PIPELINING",), PLAIN])
@pytest.mark.parametrize(
    ("command", "stage"),
    [("MAIL", Stage.MAIL), ("RCPT", Stage.RECIPIENT), ("DATA", Stage.DATA), (".", Stage.DATA)],
)
async def test_421_is_the_answer_and_the_last(
    command: str, stage: Stage, extensions: tuple[str, ...]
) -> None:
    closing = says(command, "421 4.3.2 Closing")
    closing.extensions = extensions
    async with listening(closing) as relay:
        connection = await connect(relay)
        assert await connection.send(SENDER, ANNA, MESSAGE) == Reply(stage, 421, "4.3.2 Closing")
        assert not connection.usable
        await connection.close()


@pytest.mark.parametrize("then", ["421 4.3.2 Closing", HANG_UP])
async def test_answer_to_the_recipient_counts_though_the_relay_hangs_up_then(then: str) -> None:
    refusing = ScriptedRelay(
        answer=lambda command, _: {"RCPT": "550 5.1.1 No such user", "DATA": then}.get(command)
    )
    async with listening(refusing) as relay:
        connection = await connect(relay)
        refused = Reply(Stage.RECIPIENT, 550, "5.1.1 No such user")
        assert await connection.send(SENDER, b"nobody@example.org", MESSAGE) == refused
        await until(lambda: is_over(connection))
        await connection.close()


async def test_answer_to_the_data_has_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 5321 §4.5.3.2.6: whoever gives up sooner sends the mail twice."""
    loop = asyncio.get_running_loop()
    call_later, waits = loop.call_later, list[float]()

    def noted(delay: float, *given: Any, **options: Any) -> asyncio.TimerHandle:
        waits.append(delay)
        return call_later(delay, *given, **options)

    async with listening(says(".", SLOWLY)) as relay:
        connection = await connect(relay)
        monkeypatch.setattr(loop, "call_later", noted)
        assert (await connection.send(SENDER, ANNA, MESSAGE)).code == 250
        monkeypatch.undo()
        await connection.close()
    assert 600.0 in waits


@pytest.mark.parametrize("extensions", [("PIPELINING",), PLAIN])
@pytest.mark.parametrize("late", [False, True])
async def test_second_answer_to_a_mail_is_not_taken_for_an_answer_to_the_next(
    extensions: tuple[str, ...], late: bool
) -> None:
    twice, once = "250 2.0.0 Queued\r\n250 2.0.0 Queued", "250 2.0.0 Queued"

    def answer(command: str, count: int) -> str | None:
        if command == "." and not late:
            return twice
        return twice if (command, count) == ("MAIL", 1) and late else None

    async with listening(ScriptedRelay(extensions, answer)) as relay:
        connection = await connect(relay)
        assert await connection.send(SENDER, ANNA, MESSAGE) == Reply(Stage.DATA, 250, once[4:])
        with pytest.raises(NotHandedOver, match="out of step"):
            await connection.send(SENDER, ANNA, MESSAGE)
        assert not connection.usable
        await connection.close()
    assert len(relay.messages) == 1


async def test_line_on_which_the_relay_said_goodbye_meanwhile_is_not_usable() -> None:
    async with listening(says(".", "250 2.0.0 Queued\r\n421 4.4.2 Idle for too long")) as relay:
        connection = await connect(relay)
        assert (await connection.send(SENDER, ANNA, MESSAGE)).code == 250
        assert not connection.usable
        await connection.close()


async def test_answer_to_the_data_that_is_none_leaves_it_open() -> None:
    async with listening(says(".", "354 Go on")) as relay:
        connection = await connect(relay)
        with pytest.raises(AnswerLost, match="out of step"):
            await connection.send(SENDER, ANNA, MESSAGE)
        assert not connection.usable
        await connection.close()


async def test_what_is_not_smtp_ends_the_connection() -> None:
    async with listening(says("MAIL", "hello there")) as relay:
        connection = await connect(relay)
        with pytest.raises(NotHandedOver, match="not SMTP"):
            await connection.send(SENDER, ANNA, MESSAGE)
        await connection.close()


async def test_connection_that_was_given_up_ends_at_once() -> None:
    """A relay that stands still takes nothing: what is left to be sent would keep the connection open."""
    over = asyncio.Event()

    async def stand_still(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 relay.example.org ESMTP\r\n")
        await reader.readline()
        writer.write(b"250 relay.example.org\r\n")
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # of a transport that reads, too
        await over.wait()
        writer.transport.abort()

    async with await asyncio.start_server(stand_still, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        connection = await Relay.parse(f"smtp://127.0.0.1:{port}", timeout=0.2).connect()
        with pytest.raises(NotHandedOver, match="in time"):
            await connection.send(b"a" * 2**24, ANNA, MESSAGE)
        async with asyncio.timeout(2):
            await connection.close()
        over.set()


async def test_address_beyond_ascii_needs_smtputf8() -> None:
    async with listening(ScriptedRelay()) as relay:
        connection = await connect(relay)
        assert (await connection.send(SENDER, "åsa@example.org".encode(), MESSAGE)).code == 553
        await connection.close()
    async with listening(ScriptedRelay(("SMTPUTF8",))) as relay:
        connection = await connect(relay)
        assert (await connection.send(SENDER, "åsa@example.org".encode(), MESSAGE)).code == 250
        await connection.close()
    assert any(each.endswith("SMTPUTF8") for each in relay.heard)


async def test_relay_that_is_away_is_a_route_problem() -> None:
    async with listening(ScriptedRelay()) as relay:
        pass
    with pytest.raises(RouteProblem):
        await connect(relay)


async def test_relay_that_refuses_us_is_a_route_problem() -> None:
    refusing = ScriptedRelay(answer=lambda command, _: "550 Not you" if command in {"EHLO", "HELO"} else None)
    async with listening(refusing) as relay:
        with pytest.raises(RouteProblem):
            await connect(relay)


@pytest.mark.parametrize(
    ("url", "port", "tls", "starttls"),
    [
        ("smtp://relay.example.org", 25, False, None),
        ("smtp://relay.example.org:587?starttls=required", 587, False, True),
        ("smtp://127.0.0.1:2525?starttls=never", 2525, False, False),
        ("smtps://relay.example.org", 465, True, False),
    ],
)
def test_relay_is_read_from_its_url(url: str, port: int, tls: bool, starttls: bool | None) -> None:
    relay = Relay.parse(url)
    assert (relay.port, relay.tls, relay.starttls) == (port, tls, starttls)


def test_user_and_password_may_hold_any_character() -> None:
    relay = Relay.parse("smtps://info%40example.org:p%2Fw%3A@relay.example.org")
    assert (relay.user, relay.password) == ("info@example.org", "p/w:")


@pytest.mark.parametrize("url", ["http://relay", "smtp://", "smtp://relay?starttls=perhaps"])
def test_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="ONSDAG_SMTP_URL"):
        Relay.parse(url)
