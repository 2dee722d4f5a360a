"""What people see of a message: who wrote it, about what, with which files."""

import io

import pytest

from services.sender.domain.mailbox.classify import examine
from services.sender.domain.mailbox.correspondence import Correspondence

WITH_FILE = b"""From: Eva Dal <eva.dal@example.se>
Subject: Best\xc3\xa4llning: Kurs
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Mottagare: ordf\xc3\xb6rande
--b
Content-Type: application/pdf
Content-Disposition: attachment; %b

JVBERi0=
--b--
"""


def said(message: bytes) -> Correspondence:
    return examine(io.BytesIO(message)).correspondence


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (b"filename=kurs.pdf", "kurs.pdf"),
        (b"filename*=utf-8''%C3%85tg%C3%A4rder.pdf", "Åtgärder.pdf"),
        (b"filename*=utf-8''a%00b%0D%0AX.pdf", "a b X.pdf"),
        (b"filename*=utf-8''a%1B%7F%E2%80%A8b.pdf", "a b.pdf"),
        (b'filename="=?utf-8?q?a=00b.pdf?="', "a b.pdf"),
    ],
)
def test_the_name_of_a_file_is_one_line_that_can_be_kept(written: bytes, name: str) -> None:
    assert said(WITH_FILE.replace(b"%b", written)).attachments == (name,)
