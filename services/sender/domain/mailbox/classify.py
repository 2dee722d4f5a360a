"""Classify a message: standard reports first, then odd formats, then people; in doubt it is for people.

Pure. Time and memory are bounded (``limits``); nothing raises: the worst case is *unknown*, with the reason.
"""

import io
import re
from dataclasses import dataclass, replace
from typing import BinaryIO

from services.sender.domain.mailbox import feedback, mime
from services.sender.domain.mailbox.addresses import addresses_in
from services.sender.domain.mailbox.automatic import find_automatic, is_mailing
from services.sender.domain.mailbox.correspondence import Correspondence, correspondence_of
from services.sender.domain.mailbox.delivery_status import find_report
from services.sender.domain.mailbox.mime import Message
from services.sender.domain.mailbox.notices import find_notice
from services.sender.domain.mailbox.own_words import of_field
from services.sender.domain.mailbox.requests import find_request
from services.sender.domain.mailbox.verdict import Evidence, Kind, References, Verdict
from services.sender.domain.mailbox.wishes import TAG, find_wish

_STEPS = (feedback.find_complaint, find_report, find_notice, find_wish, find_automatic, find_request)
_MESSAGE_ID = re.compile(r"<([^<>\s]{3,300})>")
_MESSAGE_ID_LINE = re.compile(
    r"^[>\s]{0,10}message-id:\s{0,10}<([^<>\s]{3,300})>", re.IGNORECASE | re.MULTILINE
)
_RETURN_PATH_LINE = re.compile(r"^[>\s]{0,10}return-path:([^\n]{3,300})", re.IGNORECASE | re.MULTILINE)
_CAME_TO = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-rcpt-to",
    "x-delivered-to",
    "to",
)
MOST_REFERENCES = 20


@dataclass(frozen=True)
class Examined:
    """A message: what it is, and what people need of it."""

    verdict: Verdict
    correspondence: Correspondence


def classify(stream: BinaryIO) -> Verdict:
    """Return what a message is. Never raises for what stands in it."""
    return examine(stream).verdict


def classify_bytes(message: bytes) -> Verdict:
    """Return what a message is."""
    return classify(io.BytesIO(message))


def examine(stream: BinaryIO) -> Examined:
    """Return what a message is and what it says to people. Never raises for what stands in it."""
    try:
        message = mime.read(stream)
        return Examined(judge(message), correspondence_of(message))
    except Exception as problem:  # a message must not stop the mailbox; the evidence names the bug
        says = f"our own mistake while reading it: {type(problem).__name__}"
        unknown = Verdict(Kind.UNKNOWN, evidence=(Evidence("0", "message", 1, "", says),))
        return Examined(unknown, Correspondence())


def judge(message: Message) -> Verdict:
    """Return what a message is that has been read."""
    verdict = next((found for step in _STEPS if (found := step(message))), None) or _unknown(message)
    return replace(_named(verdict, message), references=_references(message))


def _named(verdict: Verdict, message: Message) -> Verdict:
    """Add whom it is about from the mail that came back, and what was not read."""
    evidence = verdict.evidence
    if message.cut:
        evidence = (*evidence, Evidence("0", "message", 1, "", message.cut))
    recipient = verdict.recipient
    if recipient is None and verdict.kind in {Kind.BOUNCE, Kind.COMPLAINT} and (back := message.returned):
        names = [name for field in back.all("to") for name in addresses_in(field.value)]
        recipient = names[0] if len(names) == 1 else None
    return replace(verdict, recipient=recipient, evidence=evidence)


def _unknown(message: Message) -> Verdict:
    mailing = is_mailing(message)
    if mailing:
        return Verdict(Kind.UNKNOWN, evidence=(of_field(mailing, "somebody else's mailing"),))
    subject = message.head.first("subject")
    says = "nothing that we know"
    if subject:
        return Verdict(Kind.UNKNOWN, evidence=(of_field(subject, says),))
    return Verdict(Kind.UNKNOWN, evidence=(Evidence("0", "message", 1, "", says),))


def _references(message: Message) -> References:
    head, back = message.head, message.returned
    paths = [
        address for name in _CAME_TO for field in head.all(name) for address in addresses_in(field.value)
    ]
    ids = [found for name in ("in-reply-to", "references") for found in _MESSAGE_ID.findall(head.value(name))]
    if back:
        paths += addresses_in(back.value("return-path"))
        ids = [*_MESSAGE_ID.findall(back.value("message-id")), *ids]
    for part in message.own(feedback.KIND):
        paths += addresses_in(part.text)
    for part in message.own("text/plain"):
        ids += _MESSAGE_ID_LINE.findall(part.text)
        paths += [address for line in _RETURN_PATH_LINE.findall(part.text) for address in addresses_in(line)]
    return References(
        tuple(dict.fromkeys(paths))[:MOST_REFERENCES],
        tuple(dict.fromkeys(ids))[:MOST_REFERENCES],
        tuple(TAG.findall(head.value("subject").lower()))[:MOST_REFERENCES],
    )
