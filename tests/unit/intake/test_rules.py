"""The rules of an order: one test for each, named after it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.intake.domain.audiences import Audience, Excluded
from services.intake.domain.orders import Faq, SectionText, edit, submit
from services.intake.domain.refusals import Refusal
from services.intake.domain.registers import HouseNames
from services.intake.domain.rules import judge
from services.intake.domain.states import State
from tests.unit.intake.orders import ASA, HOUSE, SHARED, TUESDAY, WISH, case, order, refused


def all_refusals() -> list[type[Refusal]]:
    return list(Refusal.__subclasses__())


def test_an_order_that_keeps_the_rules_is_not_refused() -> None:
    assert refused() == []


def test_A1_another_sender_than_the_shared_address_is_refused() -> None:
    assert refused(sender="asa.privat@example.org") == ["ForeignSender"]
    assert refused(sender=SHARED) == []
    [refusal] = judge(case(sender="asa.privat@example.org"))
    assert "asa.privat@example.org" in refusal.reason().sv
    assert SHARED in refusal.reason().sv


def test_A3_a_later_wednesday_may_be_asked_for_and_an_earlier_one_may_not() -> None:
    assert refused(not_before=date(2026, 11, 18)) == []
    assert refused(not_before=date(2026, 12, 2)) == []
    assert refused(not_before=date(2026, 11, 11)) == ["WednesdayTooEarly"]
    friday_evening = datetime(2026, 11, 13, 15, 1, tzinfo=UTC)
    assert refused(completed_at=friday_evening, not_before=date(2026, 11, 18)) == ["WednesdayTooEarly"]
    [refusal] = judge(case(not_before=date(2026, 11, 11)))
    assert "2026-11-18" in refusal.reason().en


def test_D7_a_text_message_is_short_urgent_no_appeal_and_leaves_at_once() -> None:
    assert refused(channel="sms", urgency="urgent") == []
    assert refused(channel="sms") == ["NotUrgent"]
    assert refused(channel="sms", urgency="urgent", order_class="appeal") == ["AppealByText"]
    assert refused(channel="sms", urgency="urgent", not_before=date(2026, 12, 2)) == ["TextsWaitForNoDay"]
    long = {"sv": SectionText("Hej", "a" * 307), "en": SectionText("Hi", "a" * 306)}
    assert refused(channel="sms", urgency="urgent", texts=long) == ["TextTooLong"]
    assert refused(channel="sms", urgency="urgent", texts={"sv": SectionText("Hej", "\x01 ")}) == [
        "MissingText"
    ]
    assert refused(urgency="urgent", texts=long) == []


def test_A3_an_order_without_text_or_recipients_is_not_complete() -> None:
    assert refused(texts={}) == ["MissingText"]
    assert refused(audience=None) == ["MissingRecipients"]


def test_A3_an_order_is_complete_when_it_is_submitted_with_everything_there() -> None:
    submitted = submit(order(), TUESDAY, TUESDAY)
    assert submitted.completed_at == TUESDAY
    assert submit(order(wish=replace(WISH, faq=None)), TUESDAY, TUESDAY).completed_at is None


def test_A3_a_changed_text_is_complete_anew_and_another_date_is_not() -> None:
    later = datetime(2026, 11, 14, 9, tzinfo=UTC)
    returned = order(State.RETURNED, completed_at=TUESDAY, submissions=1, submitted_at=TUESDAY)
    new_date = edit(returned, replace(WISH, not_before=date(2026, 12, 2)))
    new_text = edit(returned, replace(WISH, texts={"sv": SectionText("Nytt", "Ändrat")}))
    assert submit(new_date, later, later).completed_at == TUESDAY
    assert submit(new_text, later, later).completed_at == later


@pytest.mark.parametrize(
    ("audience", "refusal"),
    [
        (Audience(("ordförande",), regions=("Mordor",)), "UnknownRegion"),
        (Audience(("ordförande",), regions=("Nedlagda län",)), "UnknownRegion"),
        (Audience(("ordförande",), units=("1281", "9999")), "UnknownUnit"),
        (Audience(("ordförande",), units=("1299",)), "UnknownUnit"),
        (Audience(("a@example.org",), all_units=True), "AddressesAsRecipients"),
        (Audience(("ordförande",), units=("a@example.org",)), "AddressesAsRecipients"),
        (Audience(("ordförande",), all_units=True, other=("addresses",)), "AddressesAsRecipients"),
        (Audience((), all_units=True), "UnclearRecipients"),
        (Audience(("ordförande",)), "UnclearRecipients"),
        (Audience(("ordförande",), all_units=True, units=("1281",)), "UnclearRecipients"),
    ],
)
def test_A7_recipients_are_known_assignments_in_known_units(audience: Audience, refusal: str) -> None:
    assert refused(audience=audience) == [refusal]


EARLIER = "019c9a6e-5b7c-7d2a-9f3e-2a64c1f0b7ab"
CHAIRS = Audience(("ordförande",), all_units=True)
CONCERNED = Audience(members=True, agreements=("hök",))


@pytest.mark.parametrize(
    ("audience", "refusals"),
    [
        (Audience(("ordförande",), own_branch=True, kinds=("krets",), languages=("en",)), []),
        (replace(CONCERNED, occupational_groups=("undersköterska",)), []),
        (Audience(members=True), ["MembersWithoutAttribute"]),
        (replace(CONCERNED, units=("1281",)), ["MisplacedUnits"]),
        (replace(CONCERNED, kinds=("krets",)), ["MisplacedUnits"]),
        (replace(CONCERNED, exclude=Excluded(regions=("Skåne län",))), ["MisplacedUnits"]),
        (replace(CHAIRS, members=True), ["UnclearRecipients"]),
        (replace(CHAIRS, own_branch=True), ["UnclearRecipients"]),
        (replace(CHAIRS, kinds=("hov",)), ["UnknownKind"]),
        (replace(CHAIRS, agreements=("hov",)), ["UnknownAgreement"]),
        (replace(CHAIRS, exclude=Excluded(agreements=("hov",))), ["UnknownAgreement"]),
        (replace(CHAIRS, occupational_groups=("hovnarr",)), ["UnknownOccupationalGroup"]),
        (replace(CHAIRS, exclude=Excluded(occupational_groups=("hovnarr",))), ["UnknownOccupationalGroup"]),
        (replace(CHAIRS, exclude=Excluded(assignment_types=("hovnarr",))), ["UnknownAssignmentType"]),
        (replace(CHAIRS, exclude=Excluded(units=("9999",))), ["UnknownUnit"]),
        (replace(CHAIRS, exclude=Excluded(regions=("Mordor",))), ["UnknownRegion"]),
        (replace(CHAIRS, exclude=Excluded(units=("a@example.org",))), ["AddressesAsRecipients"]),
        (Audience(recipients_of=(EARLIER,)), []),
        (Audience(recipients_of=("019c9a6e",)), ["UnknownEarlierOrder"]),
        (Audience(recipients_of=("019c9a6f",)), ["UnknownEarlierOrder"]),
        (replace(CHAIRS, exclude=Excluded(recipients_of=("019c9a6e",))), ["UnknownEarlierOrder"]),
    ],
)
def test_A7_an_audience_is_clear_and_names_only_what_exists(audience: Audience, refusals: list[str]) -> None:
    names = HouseNames(frozenset({"ordförande"}), frozenset({"hök"}), frozenset({"undersköterska"}))
    known = case(replace(HOUSE, names=names), audience=audience)
    known = replace(known, register=replace(known.register, left={EARLIER: WISH.unit_id, "019c9a6f": "1280"}))
    assert [type(refusal).__name__ for refusal in judge(known)] == refusals


def test_A7_an_unknown_type_unit_or_region_is_named() -> None:
    house = replace(HOUSE, names=HouseNames(assignment_types=frozenset({"ordförande"})))
    audience = Audience(("ordförande", "hovnarr"), units=("1281", "9999"))
    words = [refusal.reason().sv for refusal in judge(case(house, audience=audience))]
    assert words == [
        "Uppdraget ”hovnarr” finns inte.",
        "Enheten ”9999” finns inte i registret, eller är nedlagd.",
    ]


def test_A7_what_nobody_of_the_register_bears_is_refused_unless_the_house_says_otherwise() -> None:
    register = replace(case().register, names=HouseNames(assignment_types=frozenset({"ordförande"})))
    strange = replace(CHAIRS, assignment_types=("ordfrande",), agreements=("hov",))
    judged = replace(case(audience=strange), register=register)
    assert [type(refusal).__name__ for refusal in judge(judged)] == [
        "UnknownAssignmentType",
        "UnknownAgreement",
    ]
    house = replace(HOUSE, names=HouseNames(frozenset({"ordfrande"}), frozenset({"hov"})))
    assert judge(replace(judged, house=house)) == ()
    assert judge(case(audience=strange)) == (), "the register has not come: nobody can tell"


def test_A8_without_a_faq_an_order_does_not_leave() -> None:
    assert refused(faq=None) == ["MissingFaq"]
    assert refused(faq=Faq(text="  ")) == ["MissingFaq"]
    assert refused(faq=Faq(link="https://example.org/faq")) == []


def test_A9_only_named_people_and_the_desk_may_order() -> None:
    assert refused(ordered_by="bo.ek@example.org") == ["NotANamedPerson"]
    assert refused(unit_id="1280") == ["NotANamedPerson"]
    assert refused(ordered_by="desk@example.org", unit_id="1280") == []
    assert refused(ordered_by=SHARED) == []


def test_A9_nobody_orders_for_a_unit_that_is_unknown_or_closed() -> None:
    assert refused(unit_id="9999", ordered_by=SHARED) == ["UnknownOrderingUnit"]
    assert refused(unit_id="1299", ordered_by=ASA) == ["UnknownOrderingUnit"]


def test_every_broken_rule_is_told_at_once() -> None:
    assert refused(sender="x@example.org", faq=None, texts=None, ordered_by="bo.ek@example.org") == [
        "ForeignSender", "NotANamedPerson", "MissingText", "MissingFaq",
    ]  # fmt: skip


@pytest.mark.parametrize("refusal", all_refusals())
def test_every_refusal_names_its_rule_and_explains_itself_in_two_languages(refusal: type[Refusal]) -> None:
    assert refusal.rule in {"A1", "A3", "A7", "A8", "A9", "D7"}
    assert refusal.rule in (refusal.__doc__ or "")
    assert len(refusal.sv) > 20
    assert len(refusal.en) > 20


def test_only_what_nothing_missing_can_mend_is_refused_outright() -> None:
    assert {refusal.rule for refusal in all_refusals() if refusal.outright} == {"A1", "A7", "A9", "D7"}
    can_be_mended = {refusal.rule for refusal in all_refusals() if not refusal.outright}
    assert can_be_mended == {"A3", "A8", "A9", "D7"}
