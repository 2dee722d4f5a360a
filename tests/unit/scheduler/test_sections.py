"""The order of sections, and who reads them as what."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduler.domain.mail_ids import LARGEST_MAILBOX, NotOurMail, mail_id, mailbox_of
from services.scheduler.domain.sections import Entry, positions, readers_of, section_rank
from services.scheduler.domain.versions import newest
from shared.ids import new_id

MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)


def test_duty_comes_first_then_the_order_that_was_complete_first() -> None:
    ranked = [
        section_rank("duty", TUESDAY, ONE),
        section_rank("information", MONDAY, ONE),
        section_rank("information", MONDAY, TWO),
        section_rank("information", TUESDAY, ONE),
        section_rank("appeal", MONDAY, ONE),
    ]
    assert sorted(ranked) == ranked


def test_bits_are_positions_from_one() -> None:
    assert positions("01010") == (2, 4)
    assert positions("000") == ()


def test_a_reader_has_each_section_once_with_all_roles() -> None:
    entries = [
        Entry(7, "ordförande, Malmö", "110"),
        Entry(7, "kassör, Lund", "010"),
        Entry(7, "ordförande, Malmö", "100"),
        Entry(8, "kassör, Lund", "010"),
        Entry(9, "sekreterare, Lund", "000"),
    ]
    assert readers_of(entries) == {
        7: {1: ("ordförande, Malmö",), 2: ("kassör, Lund", "ordförande, Malmö")},
        8: {2: ("kassör, Lund",)},
    }


@given(st.integers(0, LARGEST_MAILBOX))
def test_a_mail_id_leads_back_to_its_mailbox(mailbox: int) -> None:
    edition = new_id()
    mail = mail_id(edition, mailbox)
    assert mail.version == 8
    assert mailbox_of(edition, mail) == mailbox


def test_a_mail_of_another_edition_is_not_ours() -> None:
    with pytest.raises(NotOurMail):
        mailbox_of(UUID("019c9a6e-5b7c-7d2a-9f3e-2a64c1f0b7aa"), mail_id(UUID(int=2**120), 17))


def test_of_several_versions_the_newest_counts() -> None:
    told = [("b", 1), ("a", 2), ("a", 3), ("a", 1)]
    assert newest(told, lambda item: item) == [("a", 3), ("b", 1)]
