"""Gateways over HTTP, each on its own against a real server: what is asked, and what answers mean (D7)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from services.sender.adapters.texts.elks import Elks
from services.sender.adapters.texts.http_gateway import Description, HttpGateway
from services.sender.domain.texts.gateway import (
    Accepted,
    AnswerLost,
    Hear,
    Later,
    NotHandedOver,
    OutgoingText,
    Refused,
    TextGateway,
)
from services.sender.domain.texts.reports import Heard, Said
from shared.ids import new_id
from tests.support.text_gateway import HANG_UP, Answer, Asked, FakeGateway, open_gateway, taken

NASTY = 'Hej", "to": "+46700000000\n&to=+46700000000 {from} \\ "}'
TEXT = OutgoingText(new_id(), "+46701740605", NASTY, timedelta(hours=1), "https://s.example.org/c/1?x=1&y=2")


async def deaf(_: Heard) -> None:
    raise AssertionError("gateways over HTTP bring nothing by themselves")


HEAR: Hear = deaf


@asynccontextmanager
async def started(gateway: TextGateway) -> AsyncIterator[TextGateway]:
    await gateway.start(HEAR)
    try:
        yield gateway
    finally:
        await gateway.stop()


def described(gateway: FakeGateway, path: str = "/send", seconds: float = 2.0, **given: Any) -> HttpGateway:
    return HttpGateway(f"http://127.0.0.1:{gateway.port}{path}", "Onsdag", Description(**given), seconds)


async def asked_with(description: dict[str, Any], path: str = "/send") -> FakeGateway:
    """Submit a nasty text; return the gateway with what it was asked."""
    async with open_gateway() as server, started(described(server, path, **description)) as gateway:
        await gateway.submit(TEXT)
        return server


async def test_a_json_body_holds_what_it_should_whatever_the_text_says() -> None:
    body = {"recipients": [{"msisdn": "{number}"}], "text": "{message}", "ref": "onsdag-{id}", "n": 1}
    server = await asked_with({"body": body, "headers": {"X-Key": "hemligt"}})
    (asked,) = server.asked
    assert json.loads(asked.body) == {
        "recipients": [{"msisdn": "46701740605"}],
        "text": NASTY,
        "ref": f"onsdag-{TEXT.text_id}",
        "n": 1,
    }
    assert (asked.headers["content-type"], asked.headers["x-key"]) == ("application/json", "hemligt")


async def test_a_gateway_is_told_for_how_long_a_text_may_ring() -> None:
    server = await asked_with({"body": {"ttl": "{valid_minutes}", "validity": "{valid_seconds}"}})
    assert json.loads(server.asked[0].body) == {"ttl": "60", "validity": "3600"}


async def test_a_form_holds_what_it_should_whatever_the_text_says() -> None:
    server = await asked_with({"form": True, "body": {"to": "{to}", "m": "{message}", "dlr": "{callback}"}})
    assert server.asked[0].form == {"to": TEXT.to, "m": NASTY, "dlr": TEXT.callback}


async def test_an_address_with_placeholders_is_encoded() -> None:
    server = await asked_with({"method": "GET"}, "/send?to={to}&text={message}")
    (asked,) = server.asked
    assert asked.method == "GET"
    assert asked.target.startswith("/send?to=%2B46701740605&text=Hej%22%2C%20%22to")
    assert asked.target.count("&") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": {"to": "{phone}"}},
        {"body": {"deep": [{"to": "{0}"}]}},
        {"headers": {"X-Key": "{message}"}},
        {"headers": {"X-{id}": "a"}},
        {"headers": {"X-Key": "a\r\nX-Other: b"}},
        {"id_at": "id"},
        {"method": "DELETE"},
        {"unknown": 1},
    ],
)
def test_a_description_that_cannot_be_is_refused_at_once(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Description.model_validate(wrong)


def test_an_address_with_an_unknown_placeholder_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="unknown placeholder"):
        HttpGateway("https://sms.example.org/{user}", "Onsdag", Description(), 2.0)


async def test_the_gateways_name_for_a_text_is_found_where_it_stands() -> None:
    async with open_gateway() as server, started(described(server, id_at="/messages/0/id")) as gateway:
        server.script = [Answer(202, '{"messages": [{"id": 4711}]}'), Answer(200, "OK"), Answer(204, "")]
        answers = [await gateway.submit(TEXT) for _ in range(3)]
    assert [answer.references for answer in answers if isinstance(answer, Accepted)] == [("4711",), (), ()]


def test_reports_in_the_gateways_own_words_are_understood() -> None:
    gateway = HttpGateway(
        "https://sms.example.org",
        "Onsdag",
        Description(report_id="mid", report_status="dlr", delivered=("DELIVRD", "2"), failed=("UNDELIV",)),
        2.0,
    )
    report = gateway.read_report({"mid": "7", "dlr": "delivrd"})
    assert report is not None
    assert (report.reference, report.said) == ("7", Said.DELIVERED)
    assert gateway.read_report({"mid": "7", "dlr": "purple"}) is None
    broken = gateway.read_report({"mid": "7\x00" + "a" * 300, "dlr": "delivrd"})
    assert broken is not None
    assert (broken.reference[:3], len(broken.reference), broken.reference.isprintable()) == ("7 a", 200, True)
    assert gateway.read_report({"dlr": "2"}) is None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(429, "", {"Retry-After": "17"}), timedelta(seconds=17)),
        (Answer(503, "", {"Retry-After": "nonsense"}), None),
        (
            Answer(
                503,
                "",
                {"Date": "Wed, 17 Feb 2027 11:00:00 GMT", "Retry-After": "Wed, 17 Feb 2027 11:05:00 GMT"},
            ),
            timedelta(minutes=5),
        ),
        (
            Answer(
                503,
                "",
                {"Date": "Wed, 17 Feb 2027 11:00:00 -0000", "Retry-After": "Wed, 17 Feb 2027 11:05:00 GMT"},
            ),
            timedelta(minutes=5),
        ),
        (Answer(503, "", {"Date": "today", "Retry-After": "Wed, 17 Feb 2021 11:05:00 GMT"}), timedelta(0)),
        (Answer(408, ""), None),
        (Answer(401, "who?"), None),
        (Answer(501, "no such method"), None),
    ],
)
async def test_a_gateway_that_says_later_is_asked_later(answer: Answer, expected: timedelta | None) -> None:
    async with open_gateway() as server, started(described(server)) as gateway:
        server.script = [answer]
        found = await gateway.submit(TEXT)
    assert isinstance(found, Later)
    assert found.after == expected


async def test_what_nobody_knows_is_said_to_be_unknown() -> None:
    async with open_gateway() as server, started(described(server)) as gateway:
        for answer in (HANG_UP, *(Answer(status, "") for status in (500, 502, 503, 504, 520))):
            server.script = [answer]
            with pytest.raises(AnswerLost):
                await gateway.submit(TEXT)
        server.script = [
            Answer(302, "", {"Location": "http://127.0.0.1:1/"}),
            Answer(422, "no such number"),
        ]
        assert isinstance(await gateway.submit(TEXT), Refused)
        assert isinstance(await gateway.submit(TEXT), Refused)
    async with started(described(server)) as gateway:
        with pytest.raises(NotHandedOver):
            await gateway.submit(TEXT)


async def test_a_gateway_that_is_silent_for_too_long_may_have_the_text() -> None:
    answered = asyncio.Event()

    async def stay_silent(_: Asked) -> Answer:
        await answered.wait()
        return HANG_UP

    async with open_gateway() as server, started(described(server, seconds=0.2)) as gateway:
        server.always = stay_silent
        with pytest.raises(AnswerLost, match="ReadTimeout"):
            await gateway.submit(TEXT)
        answered.set()


async def test_a_gateway_that_takes_a_text_once_is_asked_again_by_the_same_name() -> None:
    once: dict[str, Any] = {"once": True, "headers": {"Idempotency-Key": "{id}"}}
    async with open_gateway() as server, started(described(server, **once)) as gateway:
        server.script = [HANG_UP, Answer(500, "oops"), Answer(200, '{"id": "7"}')]
        answers = [await gateway.submit(TEXT) for _ in range(3)]
    assert [type(answer) for answer in answers] == [Later, Later, Accepted]
    assert [asked.headers["idempotency-key"] for asked in server.asked] == [str(TEXT.text_id)] * 3


def test_a_gateway_cannot_take_once_what_it_is_told_no_name_of() -> None:
    with pytest.raises(ValueError, match="is not told"):
        HttpGateway("https://sms.example.org", "Onsdag", Description(once=True), 2.0)


async def test_a_dry_run_is_only_asked_what_it_would_cost() -> None:
    async with open_gateway() as server:
        url = f"elks+http://u:p@127.0.0.1:{server.port}/a1/sms?dryrun=yes"
        async with started(Elks.parse(url, "Onsdag", 2.0)) as gateway:
            server.script = [Answer(200, '{"estimated_cost": 7000, "parts": 2, "status": "created"}')]
            found = await gateway.submit(TEXT)
    assert isinstance(found, Accepted)
    assert (found.references, found.cost) == ((), Decimal("0.7"))
    assert server.asked[0].form["dryrun"] == "yes"


@pytest.mark.parametrize("answer", [Answer(200, "[]"), Answer(200, '{"cost": "much"}'), Answer(200, "")])
async def test_an_answer_of_46elks_that_is_none_leaves_it_open(answer: Answer) -> None:
    async with open_gateway() as server:
        server.script = [answer]
        elks = Elks.parse(f"elks+http://u:p@127.0.0.1:{server.port}/", "Onsdag", 2.0)
        await elks.start(HEAR)
        with pytest.raises(AnswerLost):
            await elks.submit(TEXT)
        await elks.stop()


async def test_no_password_is_shown() -> None:
    async with open_gateway() as server:
        elks = Elks.parse(f"elks+http://u:hemligt@127.0.0.1:{server.port}/", "Onsdag", 2.0)
        server.script = [taken("s1")]
        async with started(elks) as gateway:
            found = await gateway.submit(TEXT)
    assert "hemligt" not in repr(elks) + repr(found)
