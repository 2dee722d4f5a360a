"""Whatever happens to a message on its way: nothing raises, and what was not hard does not become hard."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sender.domain.mailbox.classify import classify_bytes
from services.sender.domain.mailbox.verdict import Severity
from tests.unit.sender.mailbox.samples import VERDICTS, not_hard, sample

Change = Callable[[bytes], bytes]

_CODES = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}|\b[245]\d\d\b")


def cut(at: float) -> Change:
    return lambda message: message[: int(len(message) * at)]


def spoil(at: float, octet: int) -> Change:
    """Change an octet, but none of a code: a server that says another code says another thing."""

    def change(message: bytes) -> bytes:
        index = min(int(len(message) * at), len(message) - 1)
        of_codes = {i for found in _CODES.finditer(message) for i in range(found.start(), found.end())}
        if index < 0 or index in of_codes:
            return message
        return message[:index] + bytes([octet]) + message[index + 1 :]

    return change


def drop_line(at: float) -> Change:
    def change(message: bytes) -> bytes:
        lines = message.split(b"\n")
        del lines[int((len(lines) - 1) * at)]
        return b"\n".join(lines)

    return change


def repeat_line(at: float) -> Change:
    def change(message: bytes) -> bytes:
        lines = message.split(b"\n")
        index = int((len(lines) - 1) * at)
        return b"\n".join([*lines[: index + 1], lines[index], *lines[index + 1 :]])

    return change


def swap_lines(at: float) -> Change:
    def change(message: bytes) -> bytes:
        lines = message.split(b"\n")
        index = int((len(lines) - 1) * at)
        lines[index : index + 2] = lines[index : index + 2][::-1]
        return b"\n".join(lines)

    return change


def insert(at: float, junk: bytes) -> Change:
    return lambda message: message[: int(len(message) * at)] + junk + message[int(len(message) * at) :]


places = st.floats(0, 1)
junk = st.binary(max_size=40).filter(lambda octets: not re.search(rb"\d", octets))
changes = st.one_of(
    places.map(cut),
    st.builds(spoil, places, st.integers(0, 255).filter(lambda octet: not 48 <= octet <= 57)),
    places.map(drop_line),
    places.map(repeat_line),
    places.map(swap_lines),
    st.builds(insert, places, junk),
)


def changed(name: str, steps: list[Change]) -> bytes:
    message = sample(name)
    for step in steps:
        message = step(message)
    return message


@pytest.mark.parametrize("name", not_hard())
def test_no_line_is_all_that_keeps_a_message_from_being_hard(name: str) -> None:
    lines = sample(name).split(b"\n")
    for index in range(len(lines)):
        without = classify_bytes(b"\n".join(lines[:index] + lines[index + 1 :]))
        up_to = classify_bytes(b"\n".join(lines[:index]))
        assert Severity.HARD not in {without.severity, up_to.severity}, lines[index]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.sampled_from(not_hard()), st.lists(changes, min_size=1, max_size=3))
def test_what_is_not_hard_never_becomes_hard(name: str, steps: list[Change]) -> None:
    verdict = classify_bytes(changed(name, steps))
    assert verdict.severity is not Severity.HARD, verdict


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(VERDICTS)), st.lists(changes, min_size=1, max_size=8))
def test_no_change_makes_the_classifier_stumble(name: str, steps: list[Change]) -> None:
    verdict = classify_bytes(changed(name, steps))
    assert not [each for each in verdict.evidence if "mistake" in each.says], verdict


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=3000))
def test_any_octets_are_a_message(octets: bytes) -> None:
    assert classify_bytes(octets).evidence
