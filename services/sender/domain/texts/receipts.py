"""SMPP delivery receipts, as SMSCs really write them.

The text form is no standard (SMPP 3.4, appendix B: "is SMSC vendor specific"): fields are missing, dates have
seconds, ``err`` is not a number, words are cut to seven letters or not. Only the id and the state count here,
and the optional parameters 0x001E and 0x0427 go before the text.
"""

import re

from services.sender.domain.replies import one_line
from services.sender.domain.texts.reports import Report, Said

_ID = re.compile(r"\bid:\s*([0-9A-Za-z._:+-]+)", re.IGNORECASE)
_STATE = re.compile(r"\bstat(?:e|us)?:\s*([A-Za-z]+)", re.IGNORECASE)
_WORDS_FOLLOW = re.compile(r"\btext:", re.IGNORECASE)

_BY_NUMBER = {
    1: Said.SENT,
    2: Said.DELIVERED,
    3: Said.FAILED,
    4: Said.FAILED,
    5: Said.FAILED,
    6: Said.SENT,
    7: Said.SENT,
    8: Said.FAILED,
}
"""message_state (SMPP 3.4 §5.2.28): enroute, delivered, expired, deleted, undeliverable, accepted, unknown,
rejected."""

_BY_WORD = {
    "DELIV": Said.DELIVERED,
    "EXPIR": Said.FAILED,
    "DELET": Said.FAILED,
    "UNDEL": Said.FAILED,
    "REJEC": Said.FAILED,
    "REJCT": Said.FAILED,
    "FAIL": Said.FAILED,
    "ENROU": Said.SENT,
    "ACCEP": Said.SENT,
    "ACKED": Said.SENT,
    "BUFFE": Said.SENT,
    "SENT": Said.SENT,
    "SUBMI": Said.SENT,
    "UNKNO": Said.SENT,
}
"""By the first five letters."""


def read_receipt(words: str, reference: str | None, state: int | None) -> Report | None:
    """Return what a receipt says; None if it names no message or no state.

    ``reference`` and ``state`` are its optional parameters, None where it has none.
    """
    fields = _WORDS_FOLLOW.split(words, maxsplit=1)[0]
    named, stands = _ID.search(fields), _STATE.search(fields)
    found = (reference or "").strip() or (named[1] if named else "")
    said = _BY_NUMBER.get(state or 0) or (_BY_WORD.get(stands[1][:5].upper()) if stands else None)
    return Report(found[:200], said, one_line(fields)[:200]) if found and said else None


def same_name(reference: str, base: int) -> str:
    """Return a message id in the one spelling we keep: decimal if it is a number in ``base``.

    Some SMSCs answer a submission with a hexadecimal id and write the same id in decimal in the receipt.
    """
    plain = reference.strip().lower()
    try:
        return str(int(plain, base)) if plain.isalnum() else plain
    except ValueError:
        return plain
