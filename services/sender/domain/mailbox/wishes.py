"""Wishes to be left alone (F1): by the mailto of List-Unsubscribe (RFC 2369 §3.2), or in a person's words."""

import re

from services.sender.domain.mailbox.addresses import addresses_in
from services.sender.domain.mailbox.automatic import automatic_sign
from services.sender.domain.mailbox.leaving import is_harmless, stands_alone, wish_in
from services.sender.domain.mailbox.mime import Message
from services.sender.domain.mailbox.own_words import of_field, of_text, own_words
from services.sender.domain.mailbox.patterns import any_of
from services.sender.domain.mailbox.verdict import Evidence, Kind, Verdict

_ADDRESS = any_of(
    "unsubscribe",
    "avregistrera",
    "avanmala?n?",
    "optout",
    "opt-out",
    before=r"(^|[\s<+._-])",
    after="[+.@_-]",
)
_SUBJECT = any_of(
    "unsubscribe",
    "remove",
    "opt[- ]?out",
    "avregistrer(a|ing)",
    "avprenumerera",
    "avanmäl(an?)?",
    "avsluta (prenumeration(en)?|utskick(en)?)",
    "(af|fra|av)meld(ing)?",
    before=r"^((re|sv|vs|fwd?|vb|aw)\s*:\s*)*(please )?",
    after=r"( (me|mig|mej|meg|från utskick(en)?))?\W{0,5}$",
)
_STOP = re.compile(r"^stopp?\W{0,5}$", re.IGNORECASE)
TAG = re.compile(r"(?<![a-z2-7])[a-z2-7]{26}-[a-z2-7]{16}(?![a-z2-7])")
"""The form of a tag in our List-Unsubscribe (``return_path.MailTags``)."""


def find_wish(message: Message) -> Verdict | None:
    """Return the verdict of a wish to be left alone, None if it is something else."""
    if evidence := _by_tag(message) or _by_mailto(message):
        return Verdict(Kind.UNSUBSCRIBE, writer(message), evidence=(evidence,), nothing_else=True)
    return _in_words(message)


def writer(message: Message) -> str | None:
    """Return the address that a message says it is from."""
    return next(iter(addresses_in(message.head.value("from"))), None)


def _by_tag(message: Message) -> Evidence | None:
    """The mailto of our List-Unsubscribe brings its tag along in the subject; often a machine writes it."""
    subject = message.head.first("subject")
    if subject and TAG.search(subject.value.lower()):
        return of_field(subject, "the tag of List-Unsubscribe")
    return None


def _by_mailto(message: Message) -> Evidence | None:
    for name in ("to", "delivered-to", "x-original-to"):
        for found in message.head.all(name):
            if _ADDRESS.search(found.value):
                return of_field(found, "the address of List-Unsubscribe")
    return None


def _in_words(message: Message) -> Verdict | None:
    """A subject that says nothing else, or a short text; never what a machine wrote."""
    if automatic_sign(message):
        return None
    text, part = own_words(message)
    wish = wish_in(text)
    if part and wish:
        evidence = of_text(part, wish.phrase, "a short text that asks for it")
        return Verdict(
            Kind.UNSUBSCRIBE, writer(message), evidence=(evidence,), nothing_else=wish.nothing_else
        )
    subject = message.head.first("subject")
    if subject and _asks(subject.value) and stands_alone(text):
        evidence = of_field(subject, "the subject asks for it")
        alone = is_harmless(text)
        return Verdict(Kind.UNSUBSCRIBE, writer(message), evidence=(evidence,), nothing_else=alone)
    return None


def _asks(subject: str) -> bool:
    return _SUBJECT.match(subject) is not None or _STOP.match(subject) is not None
