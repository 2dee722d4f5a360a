"""What a relay's answer means for a mail, and for its address."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.sender.domain.mailbox.phrases import judge_words
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
_BAD_NAME = re.compile(r"mailbox name (is )?(not allowed|invalid)", re.IGNORECASE)
"""RFC 5321's own words for 553: what is not allowed is the recipient's address."""
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
    blames_us, later = _blames_us(reply), 400 <= reply.code < 500
    if reply.stage is Stage.MAIL and (later or blames_us):
        return Verdict(Input.UNSENT, reply=text, blames_us=blames_us)
    if not later and not blames_us:
        return Verdict(Input.REFUSE, reply=text, dead=_address_refused(reply))
    own = pause_after(attempts) if later else pause_after_blame(attempts)
    pause = (named_pause(reply.text) if later else None) or own
    given = Input.DEFER if waited + pause <= GIVE_UP else Input.REFUSE
    return Verdict(given, pause, text, blames_us=blames_us, troubled=later and _troubled(reply))


def _blames_us(reply: Reply) -> bool:
    """Whether authentication, policy or reputation are the reason. At MAIL nothing else is known yet."""
    if 400 <= reply.code < 500:
        said = judge_words(reply.text)
        return said is not None and said[0] is Severity.BLOCKED and not _GREYLISTED.search(reply.text)
    if reply.stage is Stage.MAIL:
        return reply.code not in _NOT_OF_SENDER
    text = _BAD_NAME.sub("", reply.text)
    return judge_severity(f"{reply.code} {text}").severity is Severity.BLOCKED


def _troubled(reply: Reply) -> bool:
    """Whether an answer of 4xx is about more than one mailbox, and not the usual first answer of all."""
    enhanced = _ENHANCED.match(reply.text)
    single = enhanced is not None and enhanced[2] in _SINGLE
    return reply.code == 421 or not (single or _GREYLISTED.search(reply.text))


def _address_refused(reply: Reply) -> bool:
    """Whether there is no such address, as the mailbox judges it of a notice: a bare 550 says too little."""
    said = judge_severity(f"{reply.code} {reply.text}")
    return reply.stage is Stage.RECIPIENT and said.severity is Severity.HARD


def without_addresses(text: str) -> str:
    """Return text for logs and figures: nobody's address stands in it (B6)."""
    return _ADDRESS.sub("…", text)


def one_line(text: str) -> str:
    """Return text as one line of at most 500 characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MAX_TEXT]
