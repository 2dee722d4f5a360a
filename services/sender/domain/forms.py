"""How much of a section stands in a mail: mails that would be too large carry teasers."""

from collections.abc import Mapping, Sequence
from enum import Enum


class Form(Enum):
    """full: the whole text. teaser: its beginning and a link to the web version. brief: the link alone."""

    FULL = "full"
    TEASER = "teaser"
    BRIEF = "brief"


Sizes = Mapping[Form, int]
"""Bytes of one section in each form."""

_SHORTER = ((Form.FULL, Form.TEASER), (Form.TEASER, Form.BRIEF))


def fitting(sections: Sequence[Sizes], room: int) -> tuple[Form, ...]:
    """Return a form for each section so that all of them take at most ``room`` bytes, if that can be.

    The longest text is shortened first, so that as many as possible stay whole; all are teasers before one is
    brief. When even that does not fit, all are brief.
    """
    forms = [Form.FULL] * len(sections)
    total = sum(sizes[Form.FULL] for sizes in sections)
    for longer, shorter in _SHORTER:
        saved = [sizes[longer] - sizes[shorter] for sizes in sections]
        for index in sorted(range(len(sections)), key=lambda at: -saved[at]):
            if total <= room:
                return tuple(forms)
            if saved[index] > 0:
                forms[index] = shorter
                total -= saved[index]
    return tuple(forms)
