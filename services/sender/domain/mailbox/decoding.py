"""Bytes of a mail as text: transfer encodings, charsets, encoded words, HTML. Bounded, and nothing raises."""

import binascii
import html
import re

_CHARSETS = re.compile(
    r"^(us-ascii|ascii|utf-?8|utf-?16(le|be)?|latin-?1|iso[-_]?8859[-_]?\d{1,2}|(cp|windows-?)\d{3,4}|"
    r"koi8-[ru]|"
    r"iso-2022-(jp|kr)|euc[-_](jp|kr)|shift[-_]jis|gb2312|gbk|gb18030|big5|mac-?roman|macintosh)$"
)
"""Those that mail is written in. Python knows others that are no charsets, or slow."""

_WORD = re.compile(r"=\?([\w.:-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?\s]{0,1000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s{1,200}(=\?)")
_HIDDEN = re.compile(r"<(style|script|title)\b[^<>]*>[^<]*", re.IGNORECASE)
_LINE_TAG = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d|/table|/td)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<!--[^<>]*-->|</?[a-zA-Z!][^<>]*>")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")


def characters(octets: bytes, charset: str = "") -> str:
    """Return octets as text: in the charset that is claimed if that is one, in UTF-8, or in Windows-1252."""
    claimed = charset.strip().strip("'\"").lower()
    if claimed and not claimed.startswith(("us-ascii", "ascii")) and _CHARSETS.match(claimed):
        try:
            return printable(octets.decode(claimed))
        except (LookupError, ValueError):
            pass
    try:
        return printable(octets.decode("utf-8"))
    except ValueError:
        return printable(octets.decode("cp1252", "replace"))


def transferred(octets: bytes, encoding: str) -> bytes:
    """Undo a transfer encoding (RFC 2045 §6); return what can be undone of a broken one."""
    match encoding.strip().lower():
        case "quoted-printable":
            return binascii.a2b_qp(octets)
        case "base64":
            return _from_base64(octets)
        case _:
            return octets


def _from_base64(octets: bytes) -> bytes:
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", octets.partition(b"=")[0] if b"=" in octets[:-8] else octets)
    kept = kept[: len(kept) - len(kept) % 4] if len(kept) % 4 == 1 else kept + b"=" * (-len(kept) % 4)
    try:
        return binascii.a2b_base64(kept)
    except binascii.Error:
        return b""


def words(value: str) -> str:
    """Return the value of a header field with its encoded words decoded (RFC 2047), on one line."""
    if "=?" in value:
        value = _WORD.sub(
            lambda found: _word(found[1], found[2], found[3]), _BETWEEN_WORDS.sub(r"\1\2", value)
        )
    return " ".join(value.split())


def _word(charset: str, encoding: str, text: str) -> str:
    octets = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return characters(binascii.a2b_qp(octets, header=True), charset)
    return characters(_from_base64(octets), charset)


def without_tags(page: str) -> str:
    """Return what a reader of an HTML part sees, about: one line for each row or paragraph."""
    page = _LINE_TAG.sub("\n", _HIDDEN.sub("", " ".join(page.split())))
    text = html.unescape(_TAG.sub("", page)).replace("\xa0", " ")
    return "\n".join(" ".join(line.split()) for line in text.split("\n"))


def printable(text: str) -> str:
    """Return text without control characters, of which PostgreSQL and the bus refuse some."""
    return _UNPRINTABLE.sub(" ", text)
