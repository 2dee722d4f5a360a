"""Notices in words: how bad, and about whom. Hard takes a reason that names the recipient and nobody else."""

import pytest

from services.sender.domain.mailbox.classify import classify_bytes
from services.sender.domain.mailbox.verdict import Kind, Verdict

ASA = "asa@example.se"
ALIAS = "styrelsen@krets.example.se"
DEAD = "dod@annan.example"


def notice(text: str, *, head: str = "") -> Verdict:
    """Judge what a mail system writes about a mail that came back to its return path."""
    return classify_bytes(
        (
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: bounce+x@onsdag.example.org\n"
            f"Subject: Undelivered Mail Returned to Sender\n{head}"
            f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
        ).encode()
    )


def report(*fields: str) -> Verdict:
    """Judge a delivery report about one recipient."""
    head = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n'
    part = "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
    return notice(part + "\n".join(["Action: failed", *fields]) + "\n\n--b--", head=head)


@pytest.mark.parametrize(
    ("recipient", "text"),
    [
        (ASA, f"<{ASA}>: host mx.example.se said: 550 5.1.1 <{ASA}>: User unknown (in reply to RCPT TO)"),
        (ASA, f"<{ASA}>: 550 No such user here. Ask postmaster@example.se for help"),
        (DEAD, f"<{ALIAS}>: The following members could not be reached: {DEAD} (550 5.1.1 User unknown)"),
        (DEAD, f"<{DEAD}> (expanded from <{ALIAS}>): host mx said: 550 5.1.1 The account does not exist"),
        (DEAD, f"  {DEAD}\n    (generated from {ALIAS})\n    550 5.1.1 User unknown"),
        (DEAD, f"<{ALIAS}>: host mx.krets.example.se said: 550 5.1.1 <{DEAD}>: User unknown"),
    ],
)
def test_a_notice_is_about_the_address_that_is_refused(recipient: str, text: str) -> None:
    verdict = notice(text)
    assert (verdict.kind, verdict.severity, verdict.recipient) == (Kind.BOUNCE, "hard", recipient)


@pytest.mark.parametrize(
    ("recipient", "fields"),
    [
        (DEAD, (f"Final-Recipient: rfc822; {DEAD}", f"Original-Recipient: rfc822;{ALIAS}")),
        (DEAD, (f"Final-Recipient: rfc822; {ALIAS}", f"X-Actual-Recipient: rfc822; {DEAD}")),
        (DEAD, (f"Final-Recipient: rfc822; {ALIAS}", f"Diagnostic-Code: smtp; 550 <{DEAD}> user unknown")),
        (ASA, (f"Final-Recipient: rfc822; {ASA}", f"Original-Recipient: rfc822;{ASA}")),
        (ASA, (f"Original-Recipient: rfc822;{ASA}", "Diagnostic-Code: smtp; 550 5.1.1 User unknown")),
    ],
)
def test_a_report_is_about_where_it_failed_and_not_about_the_alias(
    recipient: str, fields: tuple[str, ...]
) -> None:
    verdict = report("Status: 5.1.1", *fields)
    assert (verdict.severity, verdict.recipient) == ("hard", recipient)


REFUSES_US = [
    "550 Domain of sender address info@onsdag.example.org does not exist (in reply to MAIL FROM command)",
    "550 Sender's domain does not exist",
    "550 unknown sender",
    "550 5.1.1 Avsändarens domän finns inte",
    "550 <bounce+x@onsdag.example.org>: User unknown (sender check)",
    "550 5.1.1 unknown user info@onsdag.example.org",
    f"550 5.1.1 <bounce+{'a' * 26}-{'b' * 16}@utskick.example.org>: User unknown",
]


@pytest.mark.parametrize("reason", REFUSES_US)
def test_trouble_with_our_own_address_or_domain_is_not_the_recipients(reason: str) -> None:
    assert notice(f"<{ASA}>: {reason}").severity == "blocked"
    final = f"Final-Recipient: rfc822; {ASA}"
    assert report("Status: 5.0.0", final, f"Diagnostic-Code: smtp; {reason}").severity == "blocked"


def test_an_address_of_ours_may_be_dead_itself() -> None:
    own = "kassor@onsdag.example.org"
    verdict = notice(f"<{own}>: host mx said: 550 5.1.1 <{own}>: User unknown")
    assert (verdict.severity, verdict.recipient) == ("hard", own)


def test_the_words_to_sender_blame_nobody() -> None:
    assert (
        notice(f"Returned to sender.\n\n<{ASA}>: 550 5.1.1 User unknown, returned to sender").severity
        == "hard"
    )


@pytest.mark.parametrize(
    "text",
    [
        f"{ASA}\nE-postadressen du angav hittades inte.",
        f"{ASA}\nFinner ikke e-postadressen du skrev inn. Kontroller mottakerens e-postadresse.",
        f"Ditt meddelande till {ASA} kunde inte levereras.\n\nasa hittades inte på example.se.",
    ],
)
def test_words_that_name_the_recipient_are_a_reason(text: str) -> None:
    verdict = notice(text)
    assert (verdict.severity, verdict.recipient) == ("hard", ASA)


@pytest.mark.parametrize(
    "separator", ["-------- Ditt meddelande --------", "===== Meldingen din =====", "Det här skrev du:"]
)
@pytest.mark.parametrize(
    "ours",
    [
        "Kursen finns inte längre.",
        "Kontot finns inte längre, skriv till kassor@onsdag.example.org.",
        "Rum 550 finns inte längre.",
    ],
)
def test_the_words_of_our_own_mail_are_no_reason(separator: str, ours: str) -> None:
    text = f"Ditt mejl till {ASA} togs inte emot av mottagarens system.\n\n{separator}\nHej!\n\n{ours}"
    verdict = notice(text)
    assert (verdict.kind, verdict.severity, verdict.recipient) == (Kind.BOUNCE, "soft", ASA)
