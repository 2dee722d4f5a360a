"""What a text costs in parts (3GPP TS 23.038). The alphabet is compared with another implementation's."""

import unicodedata

import pytest
from aiosmpplib.codec import GSM_BASIC_ENCODE_MAP, GSM_EXTENDED_ENCODE_MAP
from hypothesis import given
from hypothesis import strategies as st

from shared.texting import BASIC, EXTENSION, decode, encode, measure, tidy

GSM = sorted({*BASIC.replace("\x1b", ""), *EXTENSION})


def test_alphabet_is_that_of_another_implementation() -> None:
    ours = {character: encode(character, "gsm7") for character in GSM}
    theirs = {c: bytes((code,)) for c, code in GSM_BASIC_ENCODE_MAP.items()}
    theirs |= {c: bytes((0x1B, code)) for c, code in GSM_EXTENDED_ENCODE_MAP.items()}
    assert ours == theirs
    assert len(ours) == 127 + 10


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts", "room"),
    [
        ("", "gsm7", 0, 1, 160),
        ("å" * 160, "gsm7", 160, 1, 0),
        ("å" * 161, "gsm7", 161, 2, 145),
        ("a" * 306, "gsm7", 306, 2, 0),
        ("a" * 307, "gsm7", 307, 3, 152),
        ("€" * 80, "gsm7", 160, 1, 0),
        ("€" * 81, "gsm7", 162, 2, 143),
        ("–" * 70, "ucs2", 70, 1, 0),
        ("–" * 71, "ucs2", 71, 2, 63),
        ("😀" * 35, "ucs2", 70, 1, 0),
        ("😀" * 36, "ucs2", 72, 2, 61),
    ],
)
def test_lengths_at_the_limits(text: str, encoding: str, units: int, parts: int, room: int) -> None:
    found = measure(text)
    assert (found.encoding, found.units, len(found.parts), found.room) == (encoding, units, parts, room)


def test_an_escape_is_never_cut_from_what_it_escapes() -> None:
    found = measure("a" * 152 + "€" + "b" * 50)
    assert found.parts[0] == "a" * 152
    assert found.parts[1].startswith("€")


def test_a_surrogate_pair_is_never_cut() -> None:
    found = measure("–" * 66 + "😀" + "b" * 20)
    assert found.parts == ("–" * 66, "😀" + "b" * 20)


def test_what_forces_ucs2_is_named_once_in_its_order() -> None:
    assert measure("“Hej” – hej – “").foreign == ("“", "”", "–")


@given(st.text(st.one_of(st.sampled_from(GSM), st.characters(exclude_categories=["Cs"])), max_size=900))
def test_parts_are_the_text_and_fit(text: str) -> None:
    found = measure(text)
    assert "".join(found.parts) == text
    septets = found.encoding == "gsm7"
    limit = {True: (160, 153), False: (140, 134)}[septets][len(found.parts) > 1]
    for part in found.parts:
        raw = encode(part, found.encoding)
        assert len(raw) <= limit
        assert decode(raw, found.encoding) == part


def test_a_letter_written_as_two_characters_is_one() -> None:
    decomposed = unicodedata.normalize("NFD", "Årsmöte på lördag")
    assert measure(tidy(decomposed)).encoding == "gsm7"
