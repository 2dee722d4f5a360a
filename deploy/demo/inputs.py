"""What the demo plays on: the shipped register, a generated one, or the user's own files."""

from dataclasses import dataclass
from pathlib import Path

SHIPPED_ORDERS = 8


@dataclass(frozen=True)
class Choice:
    """What the command line asked for. ``orders_file`` or ``orders_count``, or neither: as shipped."""

    crm: Path | None
    mapping: Path | None
    people: int | None
    orders_file: Path | None
    orders_count: int | None
    seed: int

    @classmethod
    def of(
        cls, *, crm: Path | None, mapping: Path | None, people: int | None, orders: str | None, seed: int
    ) -> "Choice":
        """Read the options; raise ValueError with a sentence when they do not go together."""
        if crm is not None and people is not None:
            raise ValueError("give either --crm FILE or --people N")
        if crm is None and mapping is not None:
            raise ValueError("--mapping goes with --crm")
        count = int(orders) if orders is not None and orders.isdecimal() else None
        file = Path(orders) if orders is not None and count is None else None
        if file is not None and not file.is_file():
            raise ValueError(f"--orders: there is no file {file}, and it is not a number either")
        if count is not None and not 1 <= count <= 500:
            raise ValueError("--orders: between 1 and 500 can be generated")
        return cls(crm, mapping, people, file, count, seed)
