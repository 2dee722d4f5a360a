"""Whom an order is for, as it was asked for: possibly wrong, so that it can be explained."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Language = Literal["sv", "en", "da", "no"]


@dataclass(frozen=True)
class Excluded:
    """Whom an audience leaves out. ``recipients_of`` are the ids of orders."""

    assignment_types: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    agreements: tuple[str, ...] = ()
    occupational_groups: tuple[str, ...] = ()
    recipients_of: tuple[str, ...] = ()

    @property
    def names(self) -> Iterator[str]:
        """Everything that it names."""
        yield from (*self.assignment_types, *self.regions, *self.units)
        yield from (*self.agreements, *self.occupational_groups, *self.recipients_of)


@dataclass(frozen=True)
class Audience:
    """Recipients as assignments (A7), as members with an agreement or group (D5), or as who got an order.

    The fields mean what ``shared.contracts.intake.Audience`` says. ``other`` names what was given besides,
    a list of addresses for example.
    """

    assignment_types: tuple[str, ...] = ()
    all_units: bool = False
    regions: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    own_branch: bool = False
    kinds: tuple[str, ...] = ()
    members: bool = False
    recipients_of: tuple[str, ...] = ()
    agreements: tuple[str, ...] = ()
    occupational_groups: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    exclude: Excluded = Excluded()

    @property
    def names(self) -> Iterator[str]:
        """Everything that it names, also to leave it out."""
        yield from (*self.assignment_types, *self.regions, *self.units, *self.kinds, *self.recipients_of)
        yield from (*self.agreements, *self.occupational_groups, *self.exclude.names)

    @property
    def earlier_orders(self) -> frozenset[str]:
        """The orders whose recipients it speaks of."""
        return frozenset((*self.recipients_of, *self.exclude.recipients_of))

    @property
    def bases(self) -> int:
        """How many of the three ways to say who are used: one is right."""
        return sum((bool(self.assignment_types), self.members, bool(self.recipients_of)))

    @property
    def places(self) -> int:
        """How many ways to say where are used: one is right for assignments, none for the others."""
        return sum((self.all_units, bool(self.regions), bool(self.units), self.own_branch))
