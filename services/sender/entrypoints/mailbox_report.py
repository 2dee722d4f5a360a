"""A verdict as it is shown: one JSON object for a message."""

from dataclasses import asdict
from typing import Any

from services.sender.domain.mailbox.verdict import Verdict


def as_json(name: str, verdict: Verdict) -> dict[str, Any]:
    """Return the line of ``onsdag mailbox classify --json``."""
    return {
        "file": name,
        "class": str(verdict.kind),
        "recipient": verdict.recipient,
        "hard_or_soft": str(verdict.severity) if verdict.severity else None,
        "code": verdict.code,
        "evidence": [asdict(each) for each in verdict.evidence],
    }
