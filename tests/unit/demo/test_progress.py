"""The progress of the demo can be read whole, on a narrow terminal too."""

import io
import re
from datetime import UTC, datetime

import pytest
from rich.console import Console

from deploy.demo.delivery import Delivery
from deploy.demo.progress import Progress

GOING = Delivery(
    prepared=4476,
    handed_over=3428,
    accepted=3408,
    deferred=1,
    refused=2,
    left=1068,
    rate=478.0,
    expected_end=datetime(2027, 2, 17, 8, 0, 24, tzinfo=UTC),
)


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("width", [80, 120])
def test_all_figures_of_a_delivery_can_be_read(width: int, terminal: bool) -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=terminal, width=width)
    with Progress(console).step("Wednesday 2027-02-17 09.00: the release") as tell:
        tell(GOING.accepted, GOING.prepared, GOING.sentence())
    shown = " ".join(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written.getvalue()).split())
    assert GOING.sentence() in shown
    assert "expected end 09.00.24" in shown
