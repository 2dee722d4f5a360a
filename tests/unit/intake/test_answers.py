"""The words of an answer to an orderer (A4)."""

from dataclasses import replace
from datetime import date

from services.intake.domain.answers import desk_reason, returned, scheduled
from services.intake.domain.orders import SectionText
from services.intake.domain.rules import judge
from services.intake.domain.states import State
from tests.unit.intake.orders import WISH, case, order


def test_A4_the_confirmation_tells_the_date() -> None:
    letter = scheduled(order(State.SCHEDULED, wednesday=date(2026, 11, 18)))
    assert letter.subject == "Ditt utskick går 18 november 2026: Handlingar till årsmötet"
    assert "**onsdagen den 18 november 2026**" in letter.markdown
    assert "Wednesday" not in letter.markdown


def test_A4_an_order_without_swedish_text_is_answered_in_english_too() -> None:
    english = replace(WISH, texts={"en": SectionText("Papers", "Hello!")})
    letter = scheduled(order(State.SCHEDULED, wish=english, wednesday=date(2026, 11, 18)))
    assert "onsdagen den 18 november 2026" in letter.markdown
    assert "Wednesday 18 November 2026" in letter.markdown


def test_a_moved_order_says_why() -> None:
    moved = order(State.SCHEDULED, wednesday=date(2026, 11, 18), schedule_note="Onsdagen den 11 är stängd.")
    assert "Onsdagen den 11 är stängd." in scheduled(moved).markdown


def test_a_returned_order_is_told_every_reason_with_its_rule() -> None:
    reasons = tuple(refusal.reason() for refusal in judge(case(faq=None, texts={})))
    letter = returned(order(State.RETURNED, reasons=reasons))
    assert "(regel A3)" in letter.markdown
    assert "(regel A8)" in letter.markdown


def test_the_desks_own_words_carry_no_rule() -> None:
    letter = returned(order(State.RETURNED, reasons=(desk_reason("Skriv kortare, tack."),)))
    assert "- Skriv kortare, tack.\n" in letter.markdown


def test_a_title_is_never_markup() -> None:
    sly = replace(WISH, title="[Klicka](https://example.org) **nu**\tgenast")
    letter = returned(order(State.RETURNED, wish=sly, reasons=(desk_reason("Nej."),)))
    assert r"\[Klicka\](https://example.org) \*\*nu\*\* genast" in letter.markdown
    assert "\t" not in letter.subject
