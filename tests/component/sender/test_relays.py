"""Several relays, with real TLS and passwords: who is in trouble rests, and no recipient is harmed."""

import ssl
from pathlib import Path
from urllib.parse import quote

import pytest
from aiosmtpd.smtp import SMTP
from structlog.testing import capture_logs

from services.sender.adapters.relay import Relay, read_relays
from services.sender.adapters.route import Line, Route, Routes
from services.sender.adapters.smtp import RouteProblem
from services.sender.domain.buckets import Limit, Period
from tests.component.sender.filling import delivering, fill, opened, states
from tests.component.sender.scripted_relay import ScriptedRelay, listening
from tests.component.sender.secure_relay import (
    HOST,
    PASSWORD,
    USER,
    Authority,
    BrokenStartTls,
    Kept,
    secure_relay,
)
from tests.support.waiting import until

MAIL = (b"info@onsdag.example.org", b"anna@example.org", b"Subject: x\r\n\r\nx\r\n")


class Unlimited:
    """Leave for all."""

    async def take(self, relay: str, *, letter: bool) -> float:
        return 0.0

    def give(self, relay: str) -> None:
        return


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("ca"))


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_password_travels_inside_tls_alone(scheme: str, authority: Authority) -> None:
    kept = Kept()
    async with secure_relay(
        kept, authority.context(), from_the_start=scheme == "smtps", sign_in=True
    ) as port:
        url = f"{scheme}://{USER}:{quote(PASSWORD, safe='')}@{HOST}:{port}?ca={authority.file}"
        connection = await Relay.parse(url, timeout=5).connect()
        for _ in range(3):
            assert (await connection.send(*MAIL)).code == 250
        await connection.close()
    assert (kept.encrypted, kept.users) == ([True] * 3, [USER] * 3)


async def test_wrong_password_is_trouble_of_the_route(authority: Authority) -> None:
    async with secure_relay(Kept(), authority.context(), sign_in=True) as port:
        url = f"smtp://{USER}:wrong@{HOST}:{port}?ca={authority.file}"
        with pytest.raises(RouteProblem, match="535"):
            await Relay.parse(url, timeout=5).connect()


async def test_password_is_not_sent_to_a_relay_without_tls() -> None:
    async with listening(ScriptedRelay(extensions=("AUTH PLAIN LOGIN",))) as relay:
        with pytest.raises(RouteProblem, match="STARTTLS"):
            await Relay.parse(f"smtp://{USER}:secret@127.0.0.1:{relay.port}", timeout=5).connect()
    assert not [line for line in relay.heard if line.startswith("AUTH")]


def wrong_context(authority: Authority, fault: str, folder: Path) -> ssl.SSLContext:
    match fault:
        case "expired":
            return authority.context(expired=True)
        case "other host":
            return authority.context("other.example.org")
        case "unknown authority":
            return Authority.make(folder).context()
    return authority.context()


TLS_FAULTS = {
    "expired": "certificate has expired",
    "other host": "Hostname mismatch",
    "unknown authority": "certificate verify failed",
    "broken STARTTLS": "WRONG_VERSION_NUMBER|wrong version number|record layer failure|SSL",
}


@pytest.mark.parametrize("option", ["auto", "required"])
@pytest.mark.parametrize("fault", TLS_FAULTS)
async def test_wrong_certificate_or_broken_starttls_is_trouble_that_says_so(
    fault: str, option: str, authority: Authority, tmp_path: Path
) -> None:
    server = BrokenStartTls if fault == "broken STARTTLS" else SMTP
    context = wrong_context(authority, fault, tmp_path)
    async with secure_relay(Kept(), context, server=server) as port:
        url = f"smtp://{HOST}:{port}?ca={authority.file}&starttls={option}"
        with pytest.raises(RouteProblem, match=TLS_FAULTS[fault]):
            await Relay.parse(url, timeout=5).connect()


@pytest.mark.parametrize("fault", ["expired", "broken STARTTLS"])
async def test_other_relay_takes_over_and_everybody_gets_their_mail(
    fault: str, authority: Authority, sender_database: str, tmp_path: Path
) -> None:
    server = BrokenStartTls if fault == "broken STARTTLS" else SMTP
    bad = Kept()
    async with (
        opened(sender_database) as database,
        secure_relay(bad, wrong_context(authority, fault, tmp_path), server=server) as port,
        listening(ScriptedRelay()) as good,
    ):
        await fill(database, [f"p{number}@example.org" for number in range(40)])
        urls = f"smtp://{HOST}:{port}?ca={authority.file}&weight=9, {good.url}?weight=1"
        with capture_logs() as logs:
            async with delivering(sender_database, urls, tmp_path):
                await until(lambda: states(database), lambda ends: ends == {"accepted": 40})
    assert len(set(good.recipients)) == len(good.recipients) == 40
    assert bad.messages == []
    trouble = [each for each in logs if each["event"] == "relay_in_trouble"]
    assert {each["relay"] for each in trouble} == {f"{HOST}:{port}"}


async def test_mail_waits_while_the_only_relay_cannot_be_trusted(
    authority: Authority, sender_database: str, tmp_path: Path
) -> None:
    async with (
        opened(sender_database) as database,
        secure_relay(Kept(), authority.context(expired=True)) as port,
    ):
        await fill(database, [f"p{number}@example.org" for number in range(5)])
        with capture_logs() as logs:
            async with delivering(sender_database, f"smtp://{HOST}:{port}?ca={authority.file}", tmp_path):

                async def troubles() -> int:
                    return sum(each["event"] == "relay_in_trouble" for each in logs)

                await until(troubles)
        assert await states(database) == {"planned": 5}


async def open_lines(routes: Routes, count: int) -> list[Line]:
    lines: list[Line] = []

    async def another() -> int:
        line, _ = await routes.open(letter=False)
        lines.extend([line] if line else [])
        return len(lines)

    await until(another, lambda opened_lines: opened_lines == count)
    return lines


async def test_connections_are_shared_out_by_weight() -> None:
    async with listening(ScriptedRelay()) as one, listening(ScriptedRelay()) as three:
        relays = read_relays(f"{one.url}?weight=1,{three.url}?weight=3", 5)
        routes = Routes([Route(relay) for relay in relays], Unlimited())
        lines = await open_lines(routes, 8)
        assert [route.connections for route in routes.routes] == [2, 6]
        for line in lines:
            await line.close()
        assert [route.connections for route in routes.routes] == [0, 0]


async def test_relay_that_stands_by_is_used_when_no_other_can_be() -> None:
    async with listening(ScriptedRelay()) as standby:
        async with listening(ScriptedRelay()) as usual:
            relays = read_relays(f"{usual.url} {standby.url}?weight=0", 5)
            routes = Routes([Route(relay) for relay in relays], Unlimited())
            before = await open_lines(routes, 3)
        assert {line.route.name for line in before} == {relays[0].name}
        after = await open_lines(routes, 3)
        assert {line.route.name for line in after} == {relays[1].name}
        for line in before + after:
            await line.close()


def test_relays_are_read_with_their_options() -> None:
    first, second = read_relays("smtp://a.example.org?weight=3&limit=20/second+5000/hour,\nsmtps://b:465", 60)
    assert (first.weight, first.limits) == (3, (Limit(20, Period.SECOND), Limit(5000, Period.HOUR)))
    assert (second.name, second.weight, second.limits, second.timeout) == ("b:465", 1, (), 60)


@pytest.mark.parametrize(
    "urls",
    [
        "",
        "smtp://a?weight=-1",
        "smtp://a?speed=9",
        "smtp://a?limit=9/week",
        "smtp://a,smtp://a",
        "smtp://a;b",
    ],
)
def test_relays_that_cannot_be_meant_are_refused(urls: str) -> None:
    with pytest.raises(ValueError, match=r"ONSDAG_SMTP_URL|limits are written"):
        read_relays(urls, 60)
