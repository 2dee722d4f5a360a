"""What may still be sent to an address that has opted out."""

import pytest

from services.sender.domain.suppression import letter_may_go, remaining
from tests.unit.sender.letters import section

DUTY, OURS, THEIRS = section(1, duty=True), section(2, unit="1280"), section(3, unit="1281")


@pytest.mark.parametrize(
    ("scopes", "left"),
    [
        ((), (1, 2, 3)),
        (("organisation",), (1,)),
        (("unit:1280",), (1, 3)),
        (("unit:1280", "unit:1281"), (1,)),
        (("unit:128",), (1, 2, 3)),
        (("address",), ()),
        (("address", "unit:1280"), ()),
    ],
)
def test_sections_that_may_go(scopes: tuple[str, ...], left: tuple[int, ...]) -> None:
    assert tuple(s.position for s in remaining((DUTY, OURS, THEIRS), scopes)) == left


def test_only_a_suppressed_address_stops_a_letter() -> None:
    assert letter_may_go(["organisation", "unit:1280"])
    assert not letter_may_go(["address"])
