"""Status codes of mail systems (RFC 3463, RFC 5321 §4.2) and what each says about the address.

The table is the rule: hard is only what says that there is no such mailbox or no such domain. ``None``: the
code by itself says too little, the words decide.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from services.sender.domain.mailbox.verdict import Severity

HARD, SOFT, BLOCKED, CONTENT = Severity.HARD, Severity.SOFT, Severity.BLOCKED, Severity.CONTENT

_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\d|\.\d)")
_BASIC = re.compile(
    r"(?<![\d.,:/-])(421|45[0-9]|471|50[0-4]|510|511|521|523|530|534|535|541|55[0-9]|571)(?![\d.,:/]\d|"
    r"\d| ?kr| (e-?mails?|mails?|messages?|recipients?)\b)"
)
"""Not in figures, prices and numbers of mails."""

BY_SUBJECT: dict[str, Severity | None] = {
    "1": None,
    "2": SOFT,
    "3": SOFT,
    "4": None,
    "5": None,
    "6": CONTENT,
    "7": BLOCKED,
}
"""For 5.X.Y, X: the subject (RFC 3463 §3). Details below go before."""

BY_DETAIL: dict[str, Severity | None] = {
    "1.0": None,
    "1.1": HARD,  # bad destination mailbox address
    "1.2": HARD,  # bad destination system address
    "1.3": HARD,  # bad destination mailbox address syntax
    "1.4": SOFT,  # ambiguous
    "1.5": SOFT,  # this one is valid
    "1.6": HARD,  # moved, no forwarding address
    "1.7": BLOCKED,  # our address
    "1.8": BLOCKED,
    "1.9": SOFT,
    "1.10": HARD,  # null MX: the domain takes no mail (RFC 7505)
    "1.20": SOFT,
    "1.90": BLOCKED,  # Exchange Online: we have sent as much as we may today
    "2.0": None,
    "2.1": None,  # disabled: "may be temporary"
    "2.3": CONTENT,  # longer than the recipient takes
    "3.0": None,
    "3.4": CONTENT,  # too big for the system
    "4.6": SOFT,  # loop
    "4.7": SOFT,  # expired
    "4.310": HARD,  # Exchange Online: the domain does not exist
    "4.316": SOFT,
}

BY_BASIC: dict[str, Severity | None] = {
    "552": None,  # quota, or size
    "556": HARD,  # the domain takes no mail (RFC 7504)
    "530": BLOCKED,
    "534": BLOCKED,
    "535": BLOCKED,
    "571": BLOCKED,
    "541": BLOCKED,
    "523": CONTENT,
}


@dataclass(frozen=True)
class Codes:
    """The codes in a piece of text. ``shown`` is the one to show: the enhanced one, else the basic one."""

    enhanced: tuple[str, ...] = ()
    basic: tuple[str, ...] = ()

    @property
    def shown(self) -> str | None:
        worth = [code for code in self.enhanced if not code.endswith(".0.0")]
        return next(iter([*worth, *self.basic, *self.enhanced]), None)

    @property
    def temporary(self) -> bool:
        """Whether any code says: later."""
        return any(code.startswith("4") for code in (*self.enhanced, *self.basic))

    @property
    def permanent(self) -> bool:
        return any(code.startswith("5") for code in (*self.enhanced, *self.basic))

    @property
    def severity(self) -> Severity | None:
        """What the codes say when they agree; the mildest when they do not."""
        if self.temporary:
            return SOFT
        said = [by_enhanced(code) for code in self.enhanced if code.startswith("5")]
        said = [each for each in said if each] or [BY_BASIC.get(code) for code in self.basic]
        return mildest(said)


def by_enhanced(code: str) -> Severity | None:
    """Return what an enhanced code says, None if too little or if it is a success."""
    first, _, rest = code.partition(".")
    if first == "4":
        return SOFT
    subject = rest.partition(".")[0]
    return BY_DETAIL[rest] if rest in BY_DETAIL else BY_SUBJECT.get(subject)


_ORDER = (SOFT, BLOCKED, CONTENT, HARD)


def mildest(severities: Iterable[Severity | None]) -> Severity | None:
    """Return the one that does least to the address."""
    return min((each for each in severities if each), key=_ORDER.index, default=None)


def codes_in(text: str) -> Codes:
    """Return the codes in a text, as they stand there."""
    enhanced = tuple(dict.fromkeys(".".join(found.groups()) for found in _ENHANCED.finditer(text)))
    basic = tuple(dict.fromkeys(found[1] for found in _BASIC.finditer(text)))
    return Codes(tuple(code for code in enhanced if code[0] != "2"), basic)
