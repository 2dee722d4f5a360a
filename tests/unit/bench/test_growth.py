"""How many times as long a larger register takes, from rounds in which both were measured."""

import pytest

from deploy.bench.freezing import growth


def test_rounds_are_compared_with_themselves_on_a_machine_that_slows_down() -> None:
    assert growth([2.0, 4.0, 9.0], [1.0, 2.0, 4.0]) == 2.0


def test_each_round_measures_both() -> None:
    with pytest.raises(ValueError, match="shorter"):
        growth([2.0, 4.0], [1.0])
