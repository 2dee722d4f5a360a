"""How far the sender is with an edition, as the demo shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True)
class Delivery:
    """What the sender says of its progress. ``rate`` in mails a second; ``expected_end`` None if unknown."""

    prepared: int
    handed_over: int
    accepted: int
    deferred: int
    refused: int
    left: int
    rate: float
    expected_end: datetime | None

    @classmethod
    def of(cls, shown: dict[str, Any]) -> "Delivery":
        end = shown["expected_end"]
        return cls(
            prepared=shown["prepared"],
            handed_over=shown["handed_over"],
            accepted=shown["accepted"],
            deferred=shown["deferred"],
            refused=shown["refused"],
            left=shown["left"],
            rate=shown["rate"],
            expected_end=datetime.fromisoformat(end) if end else None,
        )

    @property
    def ends(self) -> str:
        """The time of day at which it is expected to be through; "–" when that is not known."""
        return f"{self.expected_end.astimezone(ZONE):%H.%M.%S}" if self.expected_end else "–"

    def sentence(self) -> str:
        return (
            f"prepared {self.prepared}, handed over {self.handed_over}, accepted {self.accepted}, "
            f"deferred {self.deferred}, refused {self.refused}, left {self.left}; "
            f"{self.rate:.0f} mails/s, expected end {self.ends}"
        )
