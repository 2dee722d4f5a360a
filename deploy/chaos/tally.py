"""Counting what arrived, against what was planned, without asking the sender.

A mail is known by its Message-ID, which the sender makes from the id that the mail was planned with.
"""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from deploy.local.sink import Received

_MESSAGE_ID = re.compile(rb"^Message-ID: <([0-9a-f-]{36})@[^\r\n>]+>\r$", re.MULTILINE)


@dataclass
class Tally:
    """The count. ``note`` every message that the relay accepted, once."""

    _planned: dict[UUID, str] = field(default_factory=dict)
    _first: dict[UUID, bytes] = field(default_factory=dict)
    duplicates: int = 0
    """Copies beyond the first of each mail."""
    altered: int = 0
    """Of these, copies that differ from the first in any byte: Message-ID, Date or text."""
    foreign: int = 0
    """Messages that nobody planned, or to another address than planned, or without a Message-ID."""

    def expect(self, mails: dict[UUID, str]) -> None:
        """Plan mails: id and address."""
        self._planned |= mails

    def note(self, received: Received) -> None:
        """Count one accepted message."""
        named = _MESSAGE_ID.search(received.raw.partition(b"\r\n\r\n")[0] + b"\r\n")
        mail_id = UUID(named[1].decode()) if named else None
        if mail_id is None or received.recipients != (self._planned.get(mail_id),):
            self.foreign += 1
            return
        digest = sha256(received.raw).digest()
        if mail_id not in self._first:
            self._first[mail_id] = digest
        else:
            self.duplicates += 1
            self.altered += digest != self._first[mail_id]

    @property
    def planned(self) -> int:
        return len(self._planned)

    @property
    def sent(self) -> int:
        """How many of the planned mails arrived."""
        return len(self._first)

    @property
    def missing(self) -> int:
        return self.planned - self.sent
