"""What a relay's answer means for a mail, and for its address."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.sender.domain.mailbox.phrases import OUR_QUOTA, judge_words
from services.sender.domain.mailbox.severity import judge as judge_severity
from services.sender.domain.mailbox.verdict import Severity
from services.sender.domain.retry import GIVE_UP, pause_after, pause_after_blame
from services.sender.domain.states import Input
from services.sender.domain.waiting import named_pause

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
    """``pause``: how long to wait before it is tried again. ``dead``: the address itself is refused.

    ``blames_us``: not the recipient but we are refused. ``troubled``: the provider wants fewer mails.
    """

    input: Input
    pause: timedelta = timedelta()
    reply: str = ""
    dead: bool = False
    blames_us: bool = False
    troubled: bool = False


_ENHANCED = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_SINGLE = frozenset({"1", "2"})
"""X.1 and X.2 are about one address or mailbox."""
_NOT_OF_SENDER = frozenset({552, 555})
"""At MAIL: the size, or a parameter of the command (RFC 5321 §4.2.2)."""
_ADDRESS = re.compile(r"[^\s<>()]+@[^\s<>()]+")
_GREYLISTED = re.compile(r"gr[ea]y.?list", re.IGNORECASE)


def judge(reply: Reply, attempts: int, waited: timedelta = timedelta()) -> Verdict:
    """Return what an answer makes of a mail that is answered like this for the ``attempts``-th time.

    ``waited``: for how long it has been put off already. A refusal that blames us puts it off, too: what
    a person can put right must not cost the recipient the mail. One that comes before the recipient is named
    says nothing of it, whatever its code: another relay may take the mail.
    """
    text = reply.line()
    if 200 <= reply.code < 300:
        return Verdict(Input.ACCEPT, reply=text)
    severity, later = _severity(reply), 400 <= reply.code < 500
    blames_us = severity is Severity.BLOCKED
    if reply.stage is Stage.MAIL and (later or blames_us):
        return Verdict(Input.UNSENT, reply=text, blames_us=blames_us)
    if not later and not blames_us:
        dead = reply.stage is Stage.RECIPIENT and severity is Severity.HARD
        return Verdict(Input.REFUSE, reply=text, dead=dead)
    own = pause_after(attempts) if later else pause_after_blame(attempts)
    pause = (named_pause(reply.text) if later else None) or own
    given = Input.DEFER if waited + pause <= GIVE_UP else Input.REFUSE
    return Verdict(given, pause, text, blames_us=blames_us, troubled=later and _troubled(reply))


def _severity(reply: Reply) -> Severity:
    """Return what a refusal says, as the mailbox judges it of a notice (decision 60).

    A 4xx that we have sent too much heals by itself. What is refused at MAIL is us, if not the message.
    """
    if reply.code < 500:
        severity, says = judge_words(reply.text) or (Severity.SOFT, "")
        return Severity.SOFT if says == OUR_QUOTA else severity
    severity = judge_severity(f"{reply.code} {reply.text}").severity
    if reply.stage is Stage.MAIL and reply.code not in _NOT_OF_SENDER:
        return Severity.CONTENT if severity is Severity.CONTENT else Severity.BLOCKED
    return severity


def _troubled(reply: Reply) -> bool:
    """Whether an answer of 4xx is about more than one mailbox, and not the usual first answer of all."""
    enhanced = _ENHANCED.match(reply.text)
    single = enhanced is not None and enhanced[2] in _SINGLE
    return reply.code == 421 or not (single or _GREYLISTED.search(reply.text))


def without_addresses(text: str) -> str:
    """Return text for logs and figures: nobody's address stands in it (B6)."""
    return _ADDRESS.sub("…", text)


def one_line(text: str) -> str:
    """Return text as one line of at most 500 characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MAX_TEXT]
