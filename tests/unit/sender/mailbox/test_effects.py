"""What a message does: only hard, complaint and soft that goes on report an address; and only with proof."""

from datetime import date

import pytest

from services.sender.adapters.mailbox.imap import Account, NoMailbox
from services.sender.domain.mailbox.effects import About, Effect, Proof, effect_of, goes_on_failing
from services.sender.domain.mailbox.verdict import Kind, Severity, Verdict
from services.sender.settings import SenderSettings

ADDRESS = "asa.lind@example.se"
VERDICTS = [Verdict(Kind.BOUNCE, ADDRESS, severity) for severity in Severity]
VERDICTS += [Verdict(kind) for kind in Kind if kind is not Kind.BOUNCE]
VERDICTS += [Verdict(Kind.UNSUBSCRIBE, nothing_else=True)]
ALL = [(verdict, proof, edition) for verdict in VERDICTS for proof in Proof for edition in (True, False)]

BY_PATH = {
    (Kind.BOUNCE, Severity.HARD): Effect.FAILED,
    (Kind.BOUNCE, Severity.SOFT): Effect.SOFT,
    (Kind.BOUNCE, Severity.BLOCKED): Effect.CAME_BACK,
    (Kind.BOUNCE, Severity.CONTENT): Effect.CAME_BACK,
    (Kind.COMPLAINT, None): Effect.COMPLAINED,
}


def expected(verdict: Verdict, proof: Proof, edition: bool) -> Effect:
    if verdict.kind is Kind.ORDER:
        return Effect.DRAFTED
    if verdict.kind is Kind.UNSUBSCRIBE:
        bare = verdict.nothing_else and edition and proof in {Proof.PATH, Proof.REPLY}
        return Effect.OPTED_OUT if proof is Proof.TAG or bare else Effect.NONE
    if proof is not Proof.PATH:
        return Effect.NONE
    of_edition = BY_PATH.get((verdict.kind, verdict.severity), Effect.NONE)
    return Effect.CAME_BACK if of_edition is Effect.SOFT and not edition else of_edition


@pytest.mark.parametrize(
    ("verdict", "proof", "edition"), ALL, ids=lambda each: getattr(each, "severity", None) or str(each)
)
def test_every_class_and_proof_has_its_effect(verdict: Verdict, proof: Proof, edition: bool) -> None:
    assert effect_of(verdict, About(ADDRESS, edition, proof)) is expected(verdict, proof, edition)


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda each: f"{each.kind}-{each.severity}")
def test_what_is_about_no_mail_of_ours_does_nothing_but_order(verdict: Verdict) -> None:
    wanted = Effect.DRAFTED if verdict.kind is Kind.ORDER else Effect.NONE
    assert effect_of(verdict, None, passes_on=True) is wanted


@pytest.mark.parametrize("proof", Proof)
def test_an_answer_is_passed_on_where_the_desk_has_an_address(proof: Proof) -> None:
    answer = Verdict(Kind.QUESTION)
    assert effect_of(answer, About(ADDRESS, True, proof), passes_on=True) is Effect.PASSED_ON
    assert effect_of(answer, About(ADDRESS, True, proof)) is Effect.NONE


@pytest.mark.parametrize("severity", Severity)
def test_a_server_that_goes_on_trying_has_not_failed(severity: Severity) -> None:
    delayed = Verdict(Kind.BOUNCE, ADDRESS, severity, delayed=True)
    assert effect_of(delayed, About(ADDRESS, True, Proof.PATH)) is Effect.NONE


def test_an_address_behind_ours_counts_as_soft() -> None:
    behind = Verdict(Kind.BOUNCE, "en@example.net", Severity.HARD)
    assert effect_of(behind, About(ADDRESS, True, Proof.PATH)) is Effect.SOFT
    assert effect_of(behind, About(ADDRESS, False, Proof.PATH)) is Effect.CAME_BACK


@pytest.mark.parametrize(
    ("ours", "told"),
    [
        ("anna@räksmörgås.se", "anna@xn--rksmrgs-5wao1o.se"),
        ("anna@xn--rksmrgs-5wao1o.se", "anna@räksmörgås.se"),
        ("råd@räksmörgås.se", "råd@xn--rksmrgs-5wao1o.se"),
        ("råd@räksmörgås.se", "ra\u030ad@ra\u0308ksmo\u0308rga\u030as.se"),
    ],
)
def test_an_address_is_the_same_in_both_ways_to_write_its_domain(ours: str, told: str) -> None:
    verdict = Verdict(Kind.BOUNCE, told, Severity.HARD)
    assert effect_of(verdict, About(ours, True, Proof.PATH)) is Effect.FAILED


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
    assert Account.parse("imaps://a:b@example.org?since=2027-01-31").since == date(2027, 1, 31)
    assert "a/b" not in repr(account)


@pytest.mark.parametrize(
    "url",
    [
        "imaps://mail.example.org",
        "https://a:b@example.org",
        "info@example.org",
        "imaps://a:b@example.org?since=i+går",
    ],
)
def test_what_names_no_mailbox_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(NoMailbox):
        Account.parse(url)
    with pytest.raises(ValueError, match=r"is (written|read)"):
        SenderSettings(secret_key="k" * 32, imap_url=url)


def test_a_password_is_in_no_error() -> None:
    with pytest.raises(ValueError, match="imaps://user") as refused:
        SenderSettings(secret_key="k" * 32, imap_url="https://info:hemligt@example.org")
    assert "hemligt" not in str(refused.value)


@pytest.mark.parametrize("folders", ["unknown=X", "bounce=", "spam=X"])
def test_folders_are_for_classes_that_do_not_stay(folders: str) -> None:
    with pytest.raises(ValueError, match="imap_folders"):
        SenderSettings(secret_key="k" * 32, imap_folders=folders)


@pytest.mark.parametrize(
    ("url", "folders"),
    [
        ("imaps://a:b@example.org", "bounce=INBOX"),
        ("imaps://a:b@example.org", "auto-reply=Inbox"),
        ("imaps://a:b@example.org/Utskick", "bounce=Utskick"),
    ],
)
def test_the_folder_that_is_read_takes_no_class(url: str, folders: str) -> None:
    """Its messages would have new numbers each time they are moved."""
    with pytest.raises(ValueError, match="is the folder that is read"):
        SenderSettings(secret_key="k" * 32, imap_url=url, imap_folders=folders)


def test_a_folder_may_be_named_before_anything_is_read() -> None:
    assert SenderSettings(secret_key="k" * 32, imap_folders="bounce=Inbox").mailbox_folders
