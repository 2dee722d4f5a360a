"""The merge as SQL: who gets which sections of a set of orders on a day, and why others do not (A6, A7).

The orders of an edition are bits: the order at position 3 of 5 is 00100. Whoever holds a type of assignment
in a unit is in one *cell*, (type, unit), and a cell has the bits of the orders that name it. So an assignment
is one row however many orders reach it, a person's sections are the OR of their cells, and every exclusion
is an AND. See docs/decisions/0020-merge-with-bits.md, and 0022 for contact pressure.

Parameters: by position ``order_no``, ``carried_from`` and ``turn``; ``nothing`` (as many zeros as orders);
``day``; ``most`` (sections that have a turn, for one person).
"""

from dataclasses import dataclass
from functools import cache

from services.scheduler.adapters.audience_sql import (
    ASKED,
    CONDITIONED_REACH,
    NONE,
    ONLY,
    PLACED,
    PLAIN_REACH,
    STORED,
)
from services.scheduler.adapters.merge_parts import (
    EXCLUDED,
    FORECAST,
    FREEZE,
    JUDGED,
    JUDGED_ON_CONDITIONS,
    JUDGED_PLAINLY,
    LESS,
    MOVED,
    NOT_MET,
    NOT_VALID,
    PARTLY,
    PIECES,
    PRESSED,
    READER,
    RECIPIENTS,
    RECUT,
    RECUT_READERS,
)


@dataclass(frozen=True)
class Shape:
    """What a merge must look at besides types × units, so that others do not pay for it.

    ``conditions``: of people, in one of its audiences. ``pressure``: more orders than a person may get.
    ``asked``: one order that is only thought of.
    """

    conditions: bool = False
    pressure: bool = False
    asked: bool = False


@cache
def judged_sql(shape: Shape, only: str = "") -> str:
    """Return the common part. A query follows, with ``judged``, ``excluded``, ``recipients`` and ``reader``.

    ``only`` is a condition on ``assignment`` that picks some of the people.
    """
    reach = CONDITIONED_REACH if shape.conditions else PLAIN_REACH
    pressed = "LEFT JOIN pressed USING (person_key)" if shape.pressure else ""
    parts = [
        PLACED.format(source=ASKED if shape.asked else STORED),
        reach.replace(ONLY, f"AND {only}" if only else ""),
        JUDGED.format(**(JUDGED_ON_CONDITIONS if shape.conditions else JUDGED_PLAINLY)),
        *([PRESSED] if shape.pressure else []),
        EXCLUDED.format(
            not_entitled=NOT_MET if shape.conditions else NOT_VALID, moved=MOVED if shape.pressure else ""
        ),
        RECIPIENTS.format(less=LESS if shape.pressure else ""),
        READER.format(
            granted=f"granted & ~coalesce(moved, {NONE})" if pressed else "granted", pressed=pressed
        ),
    ]
    return f"WITH RECURSIVE {', '.join(parts)}"


@cache
def freeze_sql(shape: Shape) -> str:
    """Return the whole freeze in one statement: positions, cells, exclusions and planned mails.

    Several persons at an address get one mail, in Swedish unless all of them read the same other language.
    """
    partly = PARTLY.get((shape.conditions, shape.pressure))
    if partly is None:
        return f"{judged_sql(shape)}, {FREEZE.format(pieces='', whole='', recut_readers='')}"
    recut = RECUT.format(
        partly=partly,
        allowed=f"entitled & ~coalesce(moved, {NONE})" if shape.pressure else "entitled",
        pressed="LEFT JOIN pressed USING (person_key)" if shape.pressure else "",
    )
    written = FREEZE.format(pieces=PIECES, whole=f" AND NOT ({partly})", recut_readers=RECUT_READERS)
    return f"{judged_sql(shape)}, {recut}, {written}"


@cache
def forecast_sql(shape: Shape) -> str:
    """Return the same computation without writing anything: a row for each order and reason."""
    return f"{judged_sql(shape)} {FORECAST}"
