"""Who refuses us: a provider, or the relay on the way to all of them."""

import pytest

from services.sender.domain.refusing import Refusals
from services.sender.domain.replies import Reply, Stage, Verdict, judge

PROVIDERS = ("google", "telia", "example.org")


def said(code: int, text: str) -> Verdict:
    return judge(Reply(Stage.RECIPIENT, code, text), attempts=1)


def rejected(who: str) -> Verdict:
    return said(554, f"5.7.1 <anna@{who}>: Client host rejected: Access denied")


def test_refusal_that_several_providers_in_a_row_seem_to_give_is_the_relays() -> None:
    refusals = Refusals()
    assert [refusals.by_relay("relay", each, rejected(each)) for each in PROVIDERS] == [False, False, True]
    assert refusals.by_relay("relay", "google", rejected("google"))


def test_one_provider_that_refuses_us_again_and_again_is_one() -> None:
    refusals = Refusals()
    assert not any(refusals.by_relay("relay", "google", rejected("google")) for _ in range(10))


def test_relay_that_lets_a_mail_through_in_between_does_not_refuse_us() -> None:
    refusals = Refusals()
    for answer in (said(250, "2.0.0 Ok"), said(550, "5.1.1 No such user"), said(451, "4.3.0 Later")):
        refusals.by_relay("relay", "google", rejected("google"))
        refusals.by_relay("relay", "telia", rejected("telia"))
        assert not refusals.by_relay("relay", "example.org", answer)
    assert not refusals.by_relay("relay", "example.org", rejected("example.org"))


def test_each_relay_speaks_for_itself_and_each_code_is_another_refusal() -> None:
    refusals = Refusals()
    assert not refusals.by_relay("relay", "google", rejected("google"))
    assert not refusals.by_relay("other", "telia", rejected("telia"))
    assert not refusals.by_relay("relay", "telia", said(550, "5.7.26 This mail is unauthenticated"))
    assert not refusals.by_relay("relay", "example.org", rejected("example.org"))


@pytest.mark.parametrize(
    "text",
    [
        "Du finns inte i listan över tillåtna avsändare",
        "Du finnes ikke på listen over godkjente avsendere",
        "Avsenderen ble ikke funnet",
        "Afsenderen findes ikke",
        "Avsändarens server hittades inte i DNS",
        "Absender existiert nicht",
        "sending domain not found",
    ],
)
def test_who_does_not_know_the_sender_blames_us_and_no_address_is_dead(text: str) -> None:
    answer = said(550, text)
    assert (answer.blames_us, answer.dead) == (True, False)
