"""The order of sections, and who reads them as what."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduler.domain.mail_ids import LARGEST_MAILBOX, NotOurMail, mail_id, mailbox_of
from services.scheduler.domain.sections import Entry, Ranked, positions, readers_of, section_rank, turns
from services.scheduler.domain.versions import newest
from shared.ids import new_id

MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def ranked(number: int, **changes: Any) -> Ranked:
    given: dict[str, Any] = {"order_class": "information", "urgency": "normal", "unit_name": "Lund"}
    given |= {"unit_id": "1281", "completed_at": MONDAY, "weeks": 0}
    return Ranked(order_id=UUID(int=number), **(given | changes))


def test_sections_stand_by_class_urgency_and_unit_then_by_when_they_were_complete() -> None:
    orders = [
        ranked(9, order_class="duty", unit_name="Ystad", completed_at=TUESDAY),
        ranked(8, urgency="urgent", unit_name="Ystad", completed_at=TUESDAY),
        ranked(7, completed_at=MONDAY),
        ranked(1, completed_at=TUESDAY),
        ranked(2, completed_at=TUESDAY),
        ranked(6, unit_name="Malmö", unit_id="1280"),
        ranked(5, unit_name="Malmö", unit_id="1282"),
        ranked(4, order_class="appeal", urgency="urgent"),
    ]
    shuffled = orders[3:] + orders[:3]
    assert sorted(shuffled, key=section_rank) == orders


def test_what_has_waited_longest_has_the_first_turn_and_duty_needs_none() -> None:
    orders = [
        ranked(1, order_class="duty"),
        ranked(2, urgency="urgent"),
        ranked(3, weeks=1),
        ranked(4, order_class="appeal", weeks=2),
        ranked(5, order_class="appeal"),
    ]
    assert turns(orders) == [None, 3, 2, 1, 4]


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
