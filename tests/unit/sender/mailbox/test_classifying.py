"""What comes back to the shared address: every sample is what the index says it is."""

from dataclasses import replace

import pytest

from services.sender.domain.mailbox.classify import classify_bytes
from services.sender.domain.mailbox.verdict import Kind, Severity
from services.sender.entrypoints.mailbox_report import as_json
from tests.unit.sender.mailbox.samples import MESSAGES, VERDICTS, sample


def test_every_sample_is_in_the_index() -> None:
    assert {path.stem for path in MESSAGES.glob("*.eml")} == set(VERDICTS)


@pytest.mark.parametrize("name", VERDICTS)
def test_a_sample_is_what_the_index_says(name: str) -> None:
    shown = as_json(name, classify_bytes(sample(name)))
    assert {key: shown[key] for key in VERDICTS[name]} == VERDICTS[name]


@pytest.mark.parametrize("name", VERDICTS)
def test_every_verdict_says_why(name: str) -> None:
    verdict = classify_bytes(sample(name))
    assert verdict.evidence
    assert all(each.says and each.line >= 1 for each in verdict.evidence)


@pytest.mark.parametrize("name", VERDICTS)
def test_line_ends_make_no_difference(name: str) -> None:
    unix = sample(name).replace(b"\r\n", b"\n")
    first, second = classify_bytes(unix), classify_bytes(unix.replace(b"\n", b"\r\n"))
    assert replace(first, evidence=()) == replace(second, evidence=())


def test_evidence_names_part_field_and_line() -> None:
    found = {each.field: each for each in classify_bytes(sample("dsn-over-quota")).evidence}
    status = found["Status"]
    lines = sample("dsn-over-quota").decode().split("\n")
    assert (status.part, status.text) == ("2", "5.2.2")
    assert lines[status.line - 1] == "Status: 5.2.2"


def test_the_words_of_a_notice_are_found_at_their_line() -> None:
    reason = classify_bytes(sample("qmail-no-mailbox")).evidence[-1]
    lines = sample("qmail-no-mailbox").decode().split("\n")
    assert lines[reason.line - 1] == "<per.alm@forening.example.se>:"


def test_the_mail_that_came_back_is_named() -> None:
    references = classify_bytes(sample("dsn-exchange-swedish")).references
    assert references.message_ids[0] == "018f4a2e-7c11-7d3a-9a55-3f0e6b1c2d50@onsdag.example.org"


def test_a_copy_within_the_text_is_named_too() -> None:
    references = classify_bytes(sample("qmail-no-mailbox")).references
    assert references.message_ids == ("018f4a2e-7c11-7d3a-9a55-3f0e6b1c2d77@onsdag.example.org",)


def test_the_address_a_report_came_to_is_kept() -> None:
    came = sample("dsn-over-quota").replace(
        b"To: info@", b"Delivered-To: bounce+x@onsdag.example.org\nTo: info@", 1
    )
    assert "bounce+x@onsdag.example.org" in classify_bytes(came).references.return_paths


def test_a_report_about_two_recipients_is_about_the_first_that_failed() -> None:
    success = b"Final-Recipient: rfc822; ok@example.se\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient"
    both = sample("dsn-over-quota").replace(b"Final-Recipient", success, 1)
    verdict = classify_bytes(both)
    assert (verdict.recipient, verdict.severity) == ("bengt.ek@example.se", Severity.SOFT)


def test_a_report_in_one_part_is_read() -> None:
    report = b"From: MAILER-DAEMON@example.net\nContent-Type: message/delivery-status\n\n"
    report += b"Final-Recipient: rfc822; a@example.se\nAction: failed\nStatus: 5.1.1\n"
    verdict = classify_bytes(report)
    assert (verdict.kind, verdict.severity) == (Kind.BOUNCE, Severity.HARD)
