"""Return paths: made for one mail, read back as that mail, and not to be forged."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sender.domain.mailbox.return_path import LONGEST, LongReturnPath, ReturnPaths

SECRET = b"0123456789abcdef0123456789abcdef"
PATHS = ReturnPaths(SECRET, "bounce@onsdag.example.org")
mails = st.uuids()


@given(mails)
def test_a_return_path_is_read_back_as_its_mail(mail_id: UUID) -> None:
    assert PATHS.read(PATHS.of(mail_id).decode()) == mail_id


@given(mails)
def test_a_return_path_fits_in_an_smtp_command(mail_id: UUID) -> None:
    local, _, domain = PATHS.of(mail_id).rpartition(b"@")
    assert len(local) <= LONGEST
    assert domain == b"onsdag.example.org"


@given(mails)
def test_servers_may_change_its_case(mail_id: UUID) -> None:
    assert PATHS.read(PATHS.of(mail_id).decode().upper()) == mail_id


@given(mails, st.integers(0, 49), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567-+="))
def test_an_altered_one_belongs_to_no_mail(mail_id: UUID, index: int, letter: str) -> None:
    local, _, domain = PATHS.of(mail_id).decode().partition("@")
    altered = local[:index] + letter + local[index + 1 :]
    assert PATHS.read(f"{altered}@{domain}") in ({mail_id} if altered == local else {None})


@given(mails)
def test_another_secret_makes_no_path_of_ours(mail_id: UUID) -> None:
    forged = ReturnPaths(b"f" * 32, "bounce@onsdag.example.org").of(mail_id)
    assert PATHS.read(forged.decode()) is None


@given(st.text(max_size=80))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert PATHS.read(text) is None


@pytest.mark.parametrize(
    "local", ["bounce", "bounce+", "bounce+x-y", "info", "", "bounce+" + "a" * 26 + "-" + "a" * 16]
)
def test_what_is_no_return_path_belongs_to_no_mail(local: str) -> None:
    assert PATHS.read(f"{local}@onsdag.example.org") is None


def test_a_domain_is_written_in_idna() -> None:
    path = ReturnPaths(SECRET, "retur@rödaexemplet.example").of(uuid4())
    assert path.endswith(b"@xn--rdaexemplet-rfb.example")


def test_a_local_part_without_room_for_the_tag_is_refused() -> None:
    with pytest.raises(LongReturnPath):
        ReturnPaths(SECRET, f"{'b' * 21}@onsdag.example.org")
    assert (
        len(ReturnPaths(SECRET, f"{'b' * 20}@onsdag.example.org").of(uuid4()).partition(b"@")[0]) == LONGEST
    )


@given(mails)
def test_a_mail_has_one_spelling(mail_id: UUID) -> None:
    local, _, domain = PATHS.of(mail_id).decode().partition("@")
    same = [letter for letter in "abcdefghijklmnopqrstuvwxyz234567" if letter != local[32]]
    assert not [letter for letter in same if PATHS.read(f"{local[:32]}{letter}{local[33:]}@{domain}")]
