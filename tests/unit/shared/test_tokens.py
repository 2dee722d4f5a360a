"""API tokens and the tokens of unsubscribe links."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import Depends, FastAPI
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import FixedClock
from shared.web.problems import install
from shared.web.tokens import ROLES, ApiTokens, Principal, UnsubscribeTokens, Unsubscription, allow

SECRET = b"s" * 32
NOW = datetime(2027, 2, 10, tzinfo=UTC)
LINK = UnsubscribeTokens(SECRET)


def test_a_token_says_who_calls() -> None:
    tokens = ApiTokens(SECRET, FixedClock(NOW))
    caller = tokens.read(tokens.issue("asa@example.se", "orderer", timedelta(days=1)))
    assert (caller.subject, caller.role) == ("asa@example.se", "orderer")


def test_a_token_stops_holding() -> None:
    clock = FixedClock(NOW)
    tokens = ApiTokens(SECRET, clock)
    token = tokens.issue("asa@example.se", "desk", timedelta(days=1))
    clock.set(NOW + timedelta(days=1))
    with pytest.raises(PermissionError, match="expired"):
        tokens.read(token)


def test_a_revoked_token_is_refused() -> None:
    token = ApiTokens(SECRET, FixedClock(NOW)).issue("asa@example.se", "desk", timedelta(days=1))
    token_id = ApiTokens(SECRET, FixedClock(NOW)).read(token).token_id
    with pytest.raises(PermissionError, match="revoked"):
        ApiTokens(SECRET, FixedClock(NOW), frozenset({token_id})).read(token)


@pytest.mark.parametrize("token", ["", "x", "a.b", "å"])
def test_what_is_not_ours_is_refused(token: str) -> None:
    with pytest.raises(PermissionError, match="not one of ours"):
        ApiTokens(SECRET, FixedClock(NOW)).read(token)


async def test_a_role_opens_only_its_own_doors() -> None:
    tokens = ApiTokens(SECRET, FixedClock(NOW))
    app = FastAPI()
    install(app)

    @app.get("/desk")
    def desk(caller: Principal = Depends(allow(tokens, "desk"))) -> str:  # noqa: B008  # FastAPI's way
        return caller.subject

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        statuses = {}
        for role in ROLES:
            token = tokens.issue("x", role, timedelta(days=1))
            answer = await client.get("/desk", headers={"Authorization": f"Bearer {token}"})
            statuses[role] = answer.status_code
        nobody = await client.get("/desk")
    assert statuses == {"desk": 200, "admin": 200, "orderer": 403, "member_contact": 403, "reader": 403}
    assert nobody.status_code == 401
    assert nobody.headers["content-type"] == "application/problem+json"
    assert nobody.headers["www-authenticate"] == "Bearer"


@given(
    st.binary(min_size=32, max_size=32),
    st.sampled_from(["organisation", "unit", "duty"]),
    st.text(max_size=60),
)
def test_a_link_means_what_it_was_made_for(address_hash: bytes, kind: str, key: str) -> None:
    what = Unsubscription(address_hash, kind, key)  # type: ignore[arg-type]  # one of the three
    token = LINK.make(what)
    assert LINK.read(token) == what
    assert token.replace("-", "").replace("_", "").isalnum()


@given(st.data())
def test_an_altered_link_means_nothing(data: st.DataObject) -> None:
    token = LINK.make(Unsubscription(b"h" * 32, "unit", "1280"))
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCxyz019-_").filter(lambda c: c != token[place]))
    assert LINK.read(token[:place] + letter + token[place + 1 :]) is None


@pytest.mark.parametrize("token", ["", "å", "AAAA", "=", "a b", "A" * 5000])
def test_a_link_that_was_never_ours_means_nothing(token: str) -> None:
    assert LINK.read(token) is None


def test_a_link_of_another_key_means_nothing() -> None:
    assert LINK.read(UnsubscribeTokens(b"t" * 32).make(Unsubscription(b"h" * 32, "organisation"))) is None
