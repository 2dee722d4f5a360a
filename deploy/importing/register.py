"""The names in a register, so that people can write names where the bus has ids."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from deploy.importing.rows import Row
from shared.addresses import normalize


@dataclass(frozen=True)
class RegisterNames:
    """Units by name, and in each unit people by name."""

    units: dict[str, str] = field(default_factory=dict)
    ids_by_name: dict[str, set[str]] = field(default_factory=dict)
    addresses: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[object]) -> "RegisterNames":
        """Gather the names from an export's rows; broken ones say nothing."""
        names = cls()
        for row in rows:
            if isinstance(row, Row) and row.unit_id:
                names.units.setdefault(row.unit_id, row.unit_name or row.unit_id)
                key = (row.unit_id, _spelling(f"{row.first_name} {row.last_name}"))
                if row.email:
                    names.addresses.setdefault(key, normalize(row.email))
        for unit_id, name in names.units.items():
            names.ids_by_name.setdefault(_spelling(name), set()).add(unit_id)
        return names

    def unit(self, given: str) -> str:
        """Return the id of a unit given by id or name. What is neither stays as it is, for intake to refuse.

        Raises ValueError when several units have that name.
        """
        if given in self.units:
            return given
        ids = self.ids_by_name.get(_spelling(given), set())
        if len(ids) > 1:
            raise ValueError(f"{given!r} is the name of several units: {', '.join(sorted(ids))}")
        return next(iter(ids), given)

    def person(self, unit_id: str, given: str) -> str:
        """Return the address of a person of a unit given by address or name; else what was given."""
        address = given.rpartition("<")[2].rstrip("> ") if "@" in given else ""
        return normalize(address) or self.addresses.get((unit_id, _spelling(given)), given)


def _spelling(name: str) -> str:
    return " ".join(name.casefold().split())
