"""What a run showed, and whether that is good enough."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Verdict:
    """The figures of a run. See ``onsdag chaos --help`` and docs/reliability.md for what each means."""

    mails: int
    editions: int
    sent: int
    missing: int
    duplicates: int
    altered: int
    foreign: int
    uncertain: int
    unreported: int
    kills: int
    wanted_kills: int
    open_connections: int
    stalls: int
    stalled_connections: int
    broker_restarts: int
    database_restarts: int
    ended_by_themselves: int
    unfinished: int
    left_in_outbox: int
    left_in_queues: int
    seed: int
    processes: int
    seconds: int

    @property
    def passed(self) -> bool:
        """All kills were done, nothing is lost, altered or left over, and no more is repeated than was in
        flight at the kills.

        The connections of senders that were only stopped for a while give no right to duplicates.
        """
        nothing = (
            self.missing,
            self.altered,
            self.foreign,
            self.unreported,
            self.unfinished,
            self.left_in_outbox,
            self.left_in_queues,
        )
        done = self.kills == self.wanted_kills and self.sent == self.mails > 0
        return done and not any(nothing) and self.duplicates <= self.open_connections

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"passed": self.passed}
