"""The mails at hand: which are known, how many are one-to-one."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.sender.adapters.leasing import Leased
from services.sender.domain.edition import EditionMail, Letter, LetterMail, Recipient
from services.sender.use_cases.outgoing import Outgoing

MORNING = datetime(2027, 2, 17, 8, tzinfo=UTC)
EDITION = UUID("018f0000-0000-7000-8000-00000000000e")


def leased(number: int, *, letter: bool) -> Leased:
    to = Recipient(UUID(int=number), f"p{number}@example.org", b"", "sv", MORNING)
    if letter:
        return Leased(LetterMail(to, Letter("Åsa", "Hej", "Hej!")), None, 0, "")
    return Leased(EditionMail(to, EDITION, ()), EDITION, 0, "")


LETTER, MAILING = leased(1, letter=True), leased(2, letter=False)


@pytest.fixture
def outgoing() -> Outgoing:
    at_hand = Outgoing(capacity=4)
    at_hand.put(MAILING)
    at_hand.put(LETTER)
    return at_hand


async def test_mail_is_known_until_its_taker_has_begun_it(outgoing: Outgoing) -> None:
    taken = await outgoing.take()
    assert taken is LETTER
    assert set(outgoing.known) == {LETTER.mail_id, MAILING.mail_id}
    outgoing.let_go(LETTER)
    assert set(outgoing.known) == {MAILING.mail_id}


async def test_mail_that_made_way_for_a_letter_is_still_known(outgoing: Outgoing) -> None:
    await outgoing.take()
    taken = await outgoing.take()
    assert taken is MAILING
    outgoing.put(LETTER)
    assert outgoing.rather(MAILING) is LETTER
    assert set(outgoing.known) == {LETTER.mail_id, MAILING.mail_id}


async def test_letters_at_hand_are_counted(outgoing: Outgoing) -> None:
    assert outgoing.letters == 1
    await outgoing.take()
    assert outgoing.letters == 0
    outgoing.put(LETTER)
    outgoing.rather(MAILING)
    assert outgoing.letters == 0
    outgoing.put(LETTER)
    outgoing.drain()
    assert outgoing.letters == 0
