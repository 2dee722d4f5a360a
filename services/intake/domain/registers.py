"""What is known of the organisation when an order is judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class HouseNames:
    """Names that an audience may use, in lower case."""

    assignment_types: frozenset[str] = frozenset()
    agreements: frozenset[str] = frozenset()
    occupational_groups: frozenset[str] = frozenset()

    def or_else(self, register: "HouseNames") -> "HouseNames":
        """Return these, and where the house has set none the register's."""
        return HouseNames(
            self.assignment_types or register.assignment_types,
            self.agreements or register.agreements,
            self.occupational_groups or register.occupational_groups,
        )


@dataclass(frozen=True)
class KnownUnit:
    """A unit of the register. ``named_people`` are normalized addresses (A9)."""

    unit_id: str
    name: str
    region: str
    closed: bool
    named_people: frozenset[str] = frozenset()
    kind: str = ""


@dataclass(frozen=True)
class Register:
    """What is known when orders are judged. ``left`` has the ordering unit of each order that they name and
    that has been sent or stopped; ``names`` are those that its people bear."""

    units: Mapping[str, KnownUnit]
    left: Mapping[str, str] = field(default_factory=dict)
    names: HouseNames = HouseNames()

    @property
    def has_come(self) -> bool:
        """Whether a name that is not here is one that nobody bears. Assignments come last, people before."""
        return bool(self.names.assignment_types)

    def open_unit(self, unit_id: str) -> KnownUnit | None:
        unit = self.units.get(unit_id)
        return None if unit is None or unit.closed else unit

    def has_region(self, region: str) -> bool:
        return any(unit.region == region for unit in self.units.values() if not unit.closed)

    def has_kind(self, kind: str) -> bool:
        return any(unit.kind.lower() == kind for unit in self.units.values() if not unit.closed)
