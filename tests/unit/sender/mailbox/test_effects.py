"""What a message does: only hard, complaint and soft that goes on report an address; and only with proof."""

import pytest

from services.sender.adapters.mailbox.imap import Account, NoMailbox
from services.sender.domain.mailbox.effects import About, Effect, effect_of, goes_on_failing
from services.sender.domain.mailbox.verdict import Kind, Severity, Verdict
from services.sender.settings import SenderSettings

ADDRESS = "asa.lind@example.se"
EDITION, LETTER = About(ADDRESS, edition=True), About(ADDRESS, edition=False)
VERDICTS = [Verdict(Kind.BOUNCE, ADDRESS, severity) for severity in Severity]
VERDICTS += [Verdict(kind) for kind in Kind if kind is not Kind.BOUNCE]

OF_AN_EDITION = {
    (Kind.BOUNCE, Severity.HARD): Effect.FAILED,
    (Kind.BOUNCE, Severity.SOFT): Effect.SOFT,
    (Kind.COMPLAINT, None): Effect.FAILED,
}


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda each: f"{each.kind}-{each.severity}")
def test_every_class_has_its_effect(verdict: Verdict) -> None:
    assert effect_of(verdict, EDITION) is OF_AN_EDITION.get((verdict.kind, verdict.severity), Effect.NONE)


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda each: f"{each.kind}-{each.severity}")
def test_without_proof_nothing_has_an_effect(verdict: Verdict) -> None:
    assert effect_of(verdict, None) is Effect.NONE


def test_a_letter_that_comes_back_softly_counts_for_no_edition() -> None:
    assert effect_of(Verdict(Kind.BOUNCE, ADDRESS, Severity.SOFT), LETTER) is Effect.NONE


def test_an_address_behind_ours_counts_as_soft() -> None:
    assert effect_of(Verdict(Kind.BOUNCE, "en@example.net", Severity.HARD), EDITION) is Effect.SOFT
    assert effect_of(Verdict(Kind.BOUNCE, "en@example.net", Severity.HARD), LETTER) is Effect.NONE


@pytest.mark.parametrize(
    ("came_back", "dead"),
    [("", False), ("xx", False), ("xxx", True), ("xx.xx", False), (".xxx.", True), ("x.x.x", False)],
)
def test_three_in_a_row_are_too_many(came_back: str, dead: bool) -> None:
    assert goes_on_failing([each == "x" for each in came_back]) is dead


def test_a_mailbox_is_written_as_a_url() -> None:
    account = Account.parse("imaps://info%40example.org:a%2Fb@mail.example.org/Inbox%2FUtskick")
    assert account == Account("mail.example.org", 993, "info@example.org", "a/b", "Inbox/Utskick", "tls")
    assert Account.parse("imap://info:x@mail.example.org").security == "starttls"
    assert Account.parse("imap://info:x@mail.example.org?starttls=never").security == "none"
    assert "a/b" not in repr(account)


@pytest.mark.parametrize("url", ["imaps://mail.example.org", "https://a:b@example.org", "info@example.org"])
def test_what_names_no_mailbox_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(NoMailbox):
        Account.parse(url)
    with pytest.raises(ValueError, match="imaps://user"):
        SenderSettings(secret_key="k" * 32, imap_url=url)


def test_a_password_is_in_no_error() -> None:
    with pytest.raises(ValueError, match="imaps://user") as refused:
        SenderSettings(secret_key="k" * 32, imap_url="https://info:hemligt@example.org")
    assert "hemligt" not in str(refused.value)


@pytest.mark.parametrize("folders", ["unknown=X", "bounce=", "spam=X"])
def test_folders_are_for_classes_that_do_not_stay(folders: str) -> None:
    with pytest.raises(ValueError, match="imap_folders"):
        SenderSettings(secret_key="k" * 32, imap_folders=folders)
