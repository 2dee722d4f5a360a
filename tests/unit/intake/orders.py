"""Orders, registers and house rules for tests of the domain."""

from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.intake.domain.audiences import Audience
from services.intake.domain.calendar import CutOff
from services.intake.domain.orders import Faq, Order, SectionText, Wish
from services.intake.domain.registers import HouseNames, KnownUnit, Register
from services.intake.domain.rules import Case, HouseRules, TextRules, judge
from services.intake.domain.states import State

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ASA = "asa.lind@example.org"
SHARED = "info@onsdag.example.org"
TUESDAY = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
CUT_OFF = CutOff(5, time(16))
TEXTS = TextRules(max_parts=2, price=Decimal("0.35"), currency="SEK")

HOUSE = HouseRules(SHARED, frozenset({"desk@example.org"}), HouseNames(), STOCKHOLM, CUT_OFF, TEXTS)
REGISTER = Register(
    {
        "1281": KnownUnit(
            "1281", "Lund", "Skåne län", closed=False, named_people=frozenset({ASA}), kind="Krets"
        ),
        "1280": KnownUnit("1280", "Malmö", "Skåne län", closed=False),
        "1299": KnownUnit("1299", "Gamla Lund", "Nedlagda län", closed=True, named_people=frozenset({ASA})),
    }
)
WISH = Wish(
    unit_id="1281",
    ordered_by=ASA,
    title="Handlingar till årsmötet",
    order_class="duty",
    texts={"sv": SectionText("Handlingar", "Hej!")},
    audience=Audience(assignment_types=("ordförande",), regions=("Skåne län",)),
    faq=Faq(text="Frågor besvaras av kretsen."),
)


def order(state: State = State.DRAFT, **changes: Any) -> Order:
    made = Order(order_id=UUID(int=7), wish=WISH, state=state, received_at=TUESDAY)
    return replace(made, **changes)


def case(house: HouseRules = HOUSE, completed_at: datetime = TUESDAY, **changes: Any) -> Case:
    return Case(replace(WISH, **changes), completed_at, REGISTER, house)


def refused(house: HouseRules = HOUSE, completed_at: datetime = TUESDAY, **changes: Any) -> list[str]:
    """The names of the refusals of an otherwise good order, changed like this."""
    return [type(refusal).__name__ for refusal in judge(case(house, completed_at, **changes))]
