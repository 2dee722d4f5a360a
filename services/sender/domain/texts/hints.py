"""What the desk is told of a text before it is sent, in Swedish: how it is sent, and what makes it dear."""

from collections.abc import Iterator

from shared.texting import Measured

INSTEAD = {
    "’": "'",
    "‘": "'",
    "´": "'",
    "`": "'",
    "”": '"',
    "“": '"',
    "„": '"',
    "»": '"',
    "«": '"',
    "–": "-",
    "—": "-",
    "‑": "-",
    "…": "...",
    "•": "-",
    "\u00a0": " ",
    "\u202f": " ",
    "\t": " ",
}
"""What a keyboard or a word processor puts in, and what a cheap text would have in its place."""

_INVISIBLE = {
    "\u00a0": "hårt blanksteg",
    "\u202f": "smalt blanksteg",
    "\t": "tabb",
    "\u200b": "osynligt tecken",
}


def hints(measured: Measured, most_parts: int) -> Iterator[str]:
    """Yield sentences; none for a text that is cheap already."""
    parts = len(measured.parts)
    if parts > most_parts:
        yield f"Texten blir {parts} sms. Organisationen tillåter {most_parts}."
    if not measured.foreign:
        return
    yield "Tecken utanför sms-alfabetet gör att varje sms rymmer 70 tecken i stället för 160."
    for character in measured.foreign:
        shown = _INVISIBLE.get(character, character)
        instead = INSTEAD.get(character)
        if instead is None:
            yield f"Ta bort {shown} om det går."
        else:
            yield f"Skriv {'vanligt blanksteg' if instead == ' ' else instead} i stället för {shown}."
