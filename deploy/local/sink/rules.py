"""Answers other than yes, for those who want to see what the sender does with them."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

FILE = "rules.json"


@dataclass(frozen=True)
class Rule:
    """How mail to recipients that match ``pattern`` is answered. The first rule that matches counts."""

    pattern: str  # of a whole address, with * and ?
    reply: str  # SMTP code and text (RFC 5321 4.2)
    at: Literal["rcpt", "data"] = "rcpt"
    times: int | None = None  # to each address, and then yes; None: always


ALWAYS = (
    Rule("*@tempfail.example.org", "451 4.3.0 Try again later"),
    Rule("*@reject.example.org", "550 5.1.1 No such recipient"),
)


def write_rules(folder: Path, rules: Iterable[Rule]) -> None:
    """Set the rules of the sink in ``folder``; they hold from its next command on."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{FILE}.new"
    new.write_text(json.dumps([asdict(rule) for rule in rules]))
    new.replace(folder / FILE)


class Rules:
    """The rules as they are now in a folder, before those that always hold."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._seen: tuple[int, int] | None = None
        self._rules: tuple[Rule, ...] = ALWAYS
        self._answered: Counter[tuple[Rule, str]] = Counter()

    def reply(self, address: str, at: Literal["rcpt", "data"]) -> str | None:
        """Return what to say other than yes, or None."""
        self._reread()
        address = address.lower()
        for rule in self._rules:
            if rule.at == at and fnmatchcase(address, rule.pattern):
                self._answered[rule, address] += 1
                used_up = rule.times is not None and self._answered[rule, address] > rule.times
                return None if used_up else rule.reply
        return None

    def _reread(self) -> None:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return
        if (now := (stat.st_mtime_ns, stat.st_ino)) != self._seen:
            self._seen = now
            self._rules = (*(Rule(**rule) for rule in json.loads(self._path.read_text())), *ALWAYS)
            self._answered.clear()
