"""Who refuses us: a provider, or the relay on the way to all (Postfix says so when a recipient is named)."""

import re
from dataclasses import dataclass, field

from services.sender.domain.replies import Verdict

SEVERAL = 3
"""So many providers seem to say the same: it is the relay that says it."""
FAILOVERS = 3
"""So often a mail that its relay refuses is left to another, before it is put off like any refused mail."""

_CODES = re.compile(r"\d{3}(?: \d\.\d{1,3}\.\d{1,3}\b)?")


@dataclass
class Refusals:
    """What blamed us since a relay last let a mail through, by relay and codes: from which providers."""

    _since: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def by_relay(self, relay: str, provider: str, verdict: Verdict) -> bool:
        """Note an answer. Return whether it is the relay that refuses us, whoever the recipient is."""
        if not verdict.blames_us:
            self._since.pop(relay, None)
            return False
        codes = _CODES.match(verdict.reply)
        alike = self._since.setdefault(relay, {}).setdefault(codes[0] if codes else "", set())
        alike.add(provider)
        return len(alike) >= SEVERAL
