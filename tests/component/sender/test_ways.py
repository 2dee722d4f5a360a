"""The ways out, with the complete engine: shares, failover in the middle, full connections, addresses."""

from pathlib import Path
from urllib.parse import quote

import pytest

from services.sender.adapters import route
from services.sender.domain.envelope import Unwritable, wire
from tests.component.sender.filling import delivering, fill, opened, states
from tests.component.sender.scripted_relay import HANG_UP, ScriptedRelay, listening
from tests.component.sender.secure_relay import HOST, USER, Authority, Kept, secure_relay
from tests.support.waiting import until


async def test_mails_are_shared_out_by_weight(sender_database: str, tmp_path: Path) -> None:
    async with (
        opened(sender_database) as database,
        listening(ScriptedRelay()) as one,
        listening(ScriptedRelay()) as three,
    ):
        await fill(database, [f"p{n}@example.org" for n in range(800)])
        urls = f"{one.url}?weight=1,{three.url}?weight=3"
        async with delivering(sender_database, urls, tmp_path, smtp_connections=8):
            await until(lambda: states(database), lambda ends: ends == {"accepted": 800})
    assert 0.15 < len(one.recipients) / 800 < 0.35
    assert len(one.recipients) + len(three.recipients) == 800


async def test_relay_that_dies_in_the_middle_is_replaced_and_nobody_is_harmed(
    sender_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "SHORTEST_REST", 0.2)
    first = ScriptedRelay()
    first.answer = lambda command, _: HANG_UP if len(first.recipients) >= 100 and command != "." else None
    async with opened(sender_database) as database, listening(first), listening(ScriptedRelay()) as second:
        await fill(database, [f"p{n}@example.org" for n in range(400)])
        async with delivering(sender_database, f"{first.url},{second.url}", tmp_path):
            await until(lambda: states(database), lambda ends: ends == {"accepted": 400})
        async with database.begin() as conn:
            put_off = await conn.exec_driver_sql("SELECT count(*) FROM delivery WHERE deferrals > 0")
            assert put_off.scalar_one() == 0
    assert len(first.recipients) >= 100
    assert len(set(first.recipients + second.recipients)) == 400
    assert len(first.recipients) + len(second.recipients) == 400


async def test_password_that_is_refused_rests_the_relay_and_another_takes_over(
    sender_database: str, tmp_path: Path
) -> None:
    authority = Authority.make(tmp_path)
    strict = Kept()
    async with (
        opened(sender_database) as database,
        secure_relay(strict, authority.context(), sign_in=True) as port,
        listening(ScriptedRelay()) as other,
    ):
        await fill(database, [f"p{n}@example.org" for n in range(20)])
        url = f"smtp://{USER}:{quote('wrong')}@{HOST}:{port}?ca={authority.file}&weight=9"
        async with delivering(sender_database, f"{url},{other.url}", tmp_path):
            await until(lambda: states(database), lambda ends: ends == {"accepted": 20})
    assert (len(other.recipients), strict.messages) == (20, [])


async def test_connection_is_closed_after_its_number_of_mails(sender_database: str, tmp_path: Path) -> None:
    async with opened(sender_database) as database, listening(ScriptedRelay()) as relay:
        await fill(database, [f"p{n}@example.org" for n in range(35)])
        async with delivering(
            sender_database, relay.url, tmp_path, smtp_connections=1, smtp_messages_per_connection=10
        ):
            await until(lambda: states(database), lambda ends: ends == {"accepted": 35})
    spoken = [line.partition(" ")[0] for line in relay.heard if line.startswith(("EHLO", "MAIL", "QUIT"))]
    conversations = "".join(word[0] for word in spoken).split("E")[1:]
    assert conversations == ["M" * 10 + "Q"] * 3 + ["M" * 5 + "Q"]


@pytest.mark.parametrize("utf8", [True, False])
async def test_addresses_beyond_ascii_go_where_the_relay_can_take_them(
    utf8: bool, sender_database: str, tmp_path: Path
) -> None:
    relay = ScriptedRelay(("PIPELINING", "SMTPUTF8") if utf8 else ("PIPELINING",))
    async with opened(sender_database) as database, listening(relay):
        await fill(database, ["åsa@example.org", "bo@räksmörgås.example.org"])
        async with delivering(sender_database, relay.url, tmp_path):
            wanted = {"accepted": 2} if utf8 else {"accepted": 1, "failed": 1}
            await until(lambda: states(database), lambda ends: ends == wanted)
        async with database.begin() as conn:
            blamed = await conn.exec_driver_sql("SELECT count(*) FROM outcome WHERE dead")
            assert blamed.scalar_one() == 0
    assert "RCPT TO:<bo@xn--rksmrgs-5wao1o.example.org>" in relay.heard
    assert [line.endswith("SMTPUTF8") for line in relay.heard if line.startswith("MAIL")].count(True) == utf8


async def test_address_beyond_ascii_goes_to_the_relay_that_takes_it(
    sender_database: str, tmp_path: Path
) -> None:
    beyond = ["åsa@example.org", "örjan@example.org"]
    async with (
        opened(sender_database) as database,
        listening(ScriptedRelay()) as plain,
        listening(ScriptedRelay(("PIPELINING", "SMTPUTF8"))) as able,
    ):
        await fill(database, [*(f"p{n}@example.org" for n in range(20)), *beyond])
        async with delivering(sender_database, f"{plain.url}?weight=9,{able.url}", tmp_path):
            await until(lambda: states(database), lambda ends: ends == {"accepted": 22})
    assert set(beyond) <= set(able.recipients)
    assert len(plain.recipients) + len(able.recipients) == 22


async def test_address_beyond_ascii_waits_for_the_relay_that_may_take_it(
    sender_database: str, tmp_path: Path
) -> None:
    async with listening(ScriptedRelay()) as away:
        pass
    async with opened(sender_database) as database, listening(ScriptedRelay()) as plain:
        await fill(database, ["p1@example.org", "åsa@example.org"])
        async with delivering(sender_database, f"{plain.url},{away.url}", tmp_path):
            await until(lambda: states(database), lambda ends: ends == {"accepted": 1, "planned": 1})
        async with database.begin() as conn:
            found = await conn.exec_driver_sql(
                "SELECT attempts, deferrals, due_at > now() AS waits FROM delivery WHERE state = 'planned'"
            )
            assert tuple(found.one()) == (0, 0, True)


@pytest.mark.parametrize("domain", ["straße.example.org", "ς.example.org", "exam\u200dple.org"])
def test_domain_that_would_become_another_is_not_written(domain: str) -> None:
    """IDNA of 2003 makes strasse of straße, which may be somebody else's."""
    with pytest.raises(Unwritable):
        wire(f"anna@{domain}")
