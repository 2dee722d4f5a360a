"""Wishes to be left alone (F1): by the mailto of List-Unsubscribe (RFC 2369 §3.2), or in a person's words."""

import re

from services.sender.domain.mailbox.addresses import addresses_in
from services.sender.domain.mailbox.automatic import automatic_sign
from services.sender.domain.mailbox.mime import Message
from services.sender.domain.mailbox.own_words import of_field, of_text, own_words
from services.sender.domain.mailbox.verdict import Evidence, Kind, Verdict

_ADDRESS = re.compile(
    r"(^|[\s<+._-])(unsubscribe|avregistrera|avanmalan|avanmal|optout|opt-out)([+.@_-])", re.IGNORECASE
)
_SUBJECT = re.compile(
    r"^((re|sv|vs|fwd?|vb|aw)\s*:\s*)*(please )?(unsubscribe|remove|opt[- ]?out|avregistrera|"
    r"avregistrering|avprenumerera|"
    r"avanmäl(an)?|avanmäla|avbeställ|avsluta (prenumeration(en)?|utskick(en)?)|afmeld(ing)?|"
    r"frameld(ing)?|avmeld(ing)?)"
    r"( (me|mig|mej|meg|från utskick(en)?))?\W{0,5}$|^stopp?\W{0,5}$",
    re.IGNORECASE,
)
TAG = re.compile(r"(?<![a-z2-7])[a-z2-7]{26}-[a-z2-7]{16}(?![a-z2-7])")
"""The form of a tag in our List-Unsubscribe (``return_path.MailTags``)."""

_ALONE = re.compile(r"^\W{0,5}(stopp?|avsluta|unsubscribe|opt[- ]?out|nej,? tack)\W{0,5}$", re.IGNORECASE)
"""All that the writer wrote."""

_WORDS = re.compile(
    r"\b(unsubscribe( me)?\b|remove me from|take me off|avregistrera (mig|mej|min)|avprenumerera|"
    r"ta bort (mig|mej|min (e-?post|mejl|mail)?-?adress)|stryk (mig|mej)|avanmäl(er|a)? (mig|mej)|"
    r"vill (inte|ej) (längre )?(ha|få) (fler |några |era |dessa |mer )*(mejl|mail|utskick|e-?post|"
    r"nyhetsbrev)|"
    r"sluta (skicka|mejla|maila)|(af|av|fra)meld (mig|meg))",
    re.IGNORECASE,
)
MOST_WORDS = 30


def find_wish(message: Message) -> Verdict | None:
    """Return the verdict of a wish to be left alone, None if it is something else."""
    evidence = _by_tag(message) or _by_mailto(message) or _in_words(message)
    if evidence is None:
        return None
    return Verdict(Kind.UNSUBSCRIBE, writer(message), evidence=(evidence,))


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


def _in_words(message: Message) -> Evidence | None:
    """A subject that says nothing else, or a short text; never what a machine wrote."""
    if automatic_sign(message):
        return None
    subject = message.head.first("subject")
    if subject and _SUBJECT.match(subject.value):
        return of_field(subject, "the subject asks for it")
    text, part = own_words(message)
    wish = _ALONE.match(text) or _WORDS.search(text)
    if part and wish and len(text.split()) <= MOST_WORDS:
        return of_text(part, wish[0], "a short text that asks for it")
    return None
