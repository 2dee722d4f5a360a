"""What a relay's answer means for a mail, and for its address."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.sender.domain.retry import pause_after
from services.sender.domain.states import Input

MAX_TEXT = 500


class Stage(StrEnum):
    """Which command was answered."""

    MAIL = "mail"
    RECIPIENT = "recipient"
    DATA = "data"


@dataclass(frozen=True)
class Reply:
    """An SMTP reply: code (RFC 5321 §4.2) and text, which may begin with an enhanced code (RFC 3463)."""

    stage: Stage
    code: int
    text: str

    def line(self) -> str:
        """Return it as one line of at most 500 characters without control characters."""
        return one_line(f"{self.code} {self.text}")


@dataclass(frozen=True)
class Verdict:
    """``pause``: how long to wait before it is tried again. ``dead``: the address itself is refused."""

    input: Input
    pause: timedelta = timedelta()
    reply: str = ""
    dead: bool = False


_ENHANCED = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_DEAD_CODES = frozenset({550, 551, 553})
_SENDER_AT_FAULT = frozenset({"7", "8"})
"""X.1.7 and X.1.8 are about the sender's address, not the recipient's (RFC 3463 §3.2)."""


def judge(reply: Reply, attempts: int) -> Verdict:
    """Return what an answer makes of a mail that has been tried ``attempts`` times."""
    text = reply.line()
    if 200 <= reply.code < 300:
        return Verdict(Input.ACCEPT, reply=text)
    if 400 <= reply.code < 500:
        pause = pause_after(attempts)
        return Verdict(Input.DEFER, pause, text) if pause else Verdict(Input.REFUSE, reply=text)
    return Verdict(Input.REFUSE, reply=text, dead=_address_refused(reply))


def _address_refused(reply: Reply) -> bool:
    """A refusal of the recipient by the code's own class; a 550 with 5.7.1 blames us, not the address."""
    if reply.stage is not Stage.RECIPIENT:
        return False
    enhanced = _ENHANCED.match(reply.text)
    if enhanced:
        return enhanced[2] == "1" and enhanced[3] not in _SENDER_AT_FAULT
    return reply.code in _DEAD_CODES


def one_line(text: str) -> str:
    """Return text as one line of at most 500 characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MAX_TEXT]
