"""What the demo plays on: the shipped register, a generated one, or the user's own files."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from deploy.demo.surroundings import Inputs
from deploy.importing.columns import ColumnMapping, read_mapping
from deploy.importing.orders import read_orders
from deploy.importing.reading import open_export
from deploy.importing.register import RegisterNames
from deploy.register.generate import make_register
from deploy.register.orders import write_orders
from deploy.register.shipped import CRM_EXPORT, ORDERS
from deploy.register.writing import write_register

ZONE = ZoneInfo("Europe/Stockholm")
DEFAULT_ORDERS = 8


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


def prepare(choice: Choice, folder: Path) -> Inputs:
    """Return the two files, making in ``folder`` what is to be generated."""
    crm = choice.crm or CRM_EXPORT
    if choice.people is not None:
        crm = folder / "crm-export.csv"
        write_register(crm, make_register(choice.people, choice.seed))
    mapping = read_mapping(choice.mapping) if choice.mapping else ColumnMapping()
    orders = choice.orders_file or ORDERS
    if choice.orders_file is None and (choice.orders_count is not None or crm != CRM_EXPORT):
        orders = folder / "orders.yaml"
        write_orders(
            orders, open_export(crm, mapping).rows(), choice.orders_count or DEFAULT_ORDERS, choice.seed
        )
    names = RegisterNames.of(open_export(crm, mapping).rows())
    return Inputs(crm, read_orders(orders, names, ZONE, datetime.now(UTC)), choice.mapping)
