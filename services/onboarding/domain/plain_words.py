"""Words from outside as they may stand in a mail: never a link, a heading or HTML.

A form on the web is open to everybody. Whoever writes into it must not be able to make the organisation
send a stranger, or a member contact, something that looks like its own words or leads to another's site.
"""

import re
import unicodedata

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_JOINED = re.compile(r"(?<=\S)([.:/@])(?=\S)")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DOT_INSIDE = re.compile(r"\.(?=\S)")
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
NAME_LENGTH = 60
WORD_JOINER = "\u2060"
"""Seen by nobody; keeps a reader's mail program from taking "example.org" for a link."""


def plain(words: str) -> str:
    """Return one line in which no character means anything to Markdown (CommonMark 0.31, §2.4)."""
    return _PUNCTUATION.sub(r"\\\1", _visible(words))


def unlinked(words: str) -> str:
    """Return one plain line in which nothing looks like a link either."""
    return _PUNCTUATION.sub(r"\\\1", _JOINED.sub(rf"\1{WORD_JOINER}", _visible(words)))


def quoted(words: str) -> str:
    """Return the lines of what somebody wrote as a quotation."""
    lines = [unlinked(line) for line in words.splitlines()]
    return "\\\n".join(f"> {line}" for line in lines if line)


def mail_address(given: str) -> str:
    """Return an address that a mail program may make a link of, or whatever stands there without one."""
    return plain(given) if _ADDRESS.fullmatch(given.strip()) else unlinked(given)


def name(*parts: str) -> str:
    """Return a person's name if it is made as names are, else nothing: a name is no place for a message."""
    whole = " ".join(word for part in parts for word in _visible(part).split())
    made_as_names_are = (
        len(whole) <= NAME_LENGTH
        and whole[:1].isalpha()
        and all(unicodedata.category(letter)[0] in "LM" or letter in " '’-." for letter in whole)
        and not _DOT_INSIDE.search(whole)
    )
    return whole if made_as_names_are else ""


def subject_line(words: str) -> str:
    """Return words fit for a subject."""
    return _visible(words)[:250]


def _visible(words: str) -> str:
    seen = (" " if unicodedata.category(letter) in _UNSEEN else letter for letter in words)
    return " ".join(unicodedata.normalize("NFC", "".join(seen)).split())
