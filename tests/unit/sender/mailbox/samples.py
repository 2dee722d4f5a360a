"""The sample messages, and what each is."""

import json
from pathlib import Path
from typing import Any

MESSAGES = Path(__file__).parent / "messages"
VERDICTS: dict[str, dict[str, Any]] = json.loads((MESSAGES.parent / "verdicts.json").read_text("utf-8"))


def sample(name: str) -> bytes:
    return (MESSAGES / f"{name}.eml").read_bytes()


def not_hard() -> list[str]:
    """Names of the samples that no reader may take for a dead address."""
    return [name for name, verdict in VERDICTS.items() if verdict["hard_or_soft"] != "hard"]
