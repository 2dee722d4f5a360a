"""What an unsubscribe link stands for, and who may take a suppression back."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from services.compliance.domain.links import DutyLink, OptOutLink, link_of
from services.compliance.domain.suppressions import (
    Person,
    Reason,
    Suppression,
    opted_out_addresses,
    undone_by_its_owner,
)

HASH = bytes(32)
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)


def test_a_link_stops_the_organisations_or_a_units_mailings() -> None:
    assert link_of(HASH, "organisation", "") == OptOutLink(HASH, "organisation")
    assert link_of(HASH, "unit", "1281") == OptOutLink(HASH, "unit:1281")


def test_a_duty_link_stops_nothing_and_knows_its_order_and_unit() -> None:
    assert link_of(HASH, "duty", "order-7:unit:with:colons") == DutyLink(HASH, "order-7", "unit:with:colons")


@pytest.mark.parametrize(("kind", "key"), [("unit", ""), ("duty", ""), ("duty", "7"), ("duty", ":x")])
def test_a_link_without_what_its_kind_needs_is_none(kind: str, key: str) -> None:
    assert link_of(HASH, kind, key) is None  # type: ignore[arg-type]  # kinds of the table above


@pytest.mark.parametrize("reason", get_args(Reason))
def test_F1_the_link_takes_back_only_what_it_stopped(reason: Reason) -> None:
    suppression = Suppression(HASH, "organisation", reason, NOW)
    assert undone_by_its_owner(suppression) == (reason == "opted_out")


def test_what_has_been_lifted_is_not_lifted_again() -> None:
    assert not undone_by_its_owner(Suppression(HASH, "organisation", "opted_out", NOW, NOW))
    assert not undone_by_its_owner(None)


def test_F1_only_the_crms_yes_counts() -> None:
    persons = [
        Person("a@example.org", opted_out=True),
        Person("b@example.org", opted_out=False),
        Person(None, opted_out=True),
        Person("  ", opted_out=True),
    ]
    assert opted_out_addresses(persons) == ["a@example.org"]
