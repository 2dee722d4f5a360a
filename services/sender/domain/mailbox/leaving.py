"""Words by which people ask to be left alone (F1), and words that make something else of them."""

import re
from dataclasses import dataclass

from services.sender.domain.mailbox.patterns import any_of

_MAILS = (
    r"(e-?post(er|en)?|e-?mails?|mejl(en)?|mails?|mailen|utskick(en)?|nyhetsbrev(en)?|ny(hets|heds)brev\w*)"
)
_WISH = any_of(
    "unsubscribe( me)?",
    "(remove|take) me (from|off)",
    "remove my (e-?mail )?address",
    "stop (sending|mailing|e-?mailing) me",
    f"(no longer|do not|don't) (wish|want) to (receive|get) ((any|more|these|your|further) )*{_MAILS}",
    "avregistrera (mig|mej|min)",
    "avprenumerera",
    "ta bort (mig|mej|min (e-?post|mejl|mail)?-?adress)",
    "stryk (mig|mej)",
    "avanmäl(er|a)? (mig|mej)",
    "plocka bort (mig|mej)",
    f"(?<!har )inga (fler|mer) {_MAILS}",
    f"(vill|önskar) (inte|ej) (längre )?(ha|få) ((fler|några|era|dessa|mer) )*{_MAILS}",
    "sluta (skicka|mejla|maila)",
    f"avsluta ((min )?prenumeration(en)?|{_MAILS} till (mig|mej|min))",
    f"(låt (mig|mej)|vill|få) slippa ((fler|era|dessa|få) )*{_MAILS}",
    "(af|av|fra)meld (mig|meg)",
    "(vil|ønsker at) (gerne )?(blive )?(af|fra)meld(es|t)",
    "melde? (mig|meg) (av|af|fra|ud)",
    "(fjerne?|slet|slette?) (mig|meg)",
    "(ønsker|vil) ikke (lenger |længere )?(å |at )?(motta|modtage|få|ha|have) "
    f"((flere|fler|disse|mer|jeres|deres) )*{_MAILS}",
    before=r"\b",
    after=r"\b",
)
_ALONE = any_of(
    "stopp?", "avsluta", "unsubscribe", "opt[- ]?out", "nej,? tack", before=r"^\W{0,5}", after=r"\W{0,5}$"
)
"""All that somebody wrote."""

_DENIED = any_of(
    "unsubscribe",
    "remove me",
    "take me off",
    "stop",
    "avregistrer",
    "avprenumerer",
    "avanmäl",
    "ta bort (mig|mej|min)",
    "stryk",
    "sluta",
    "(af|av|fra)?meld",
    "(fjern|slet)",
    before=r"\b(inte|ej|ikke|not|don't|never|aldrig)\b[\w ]{1,15}\b",
)
_SOMETHING_ELSE = any_of(
    "men",
    "utan",
    "but",
    "except",
    r"i ?stället",
    "i stedet",
    "instead",
    "kvar",
    "keep",
    "stay",
    r"uppdrag\w*",
    "rollen?",
    "role",
    r"som \w+",
    r"as (a |the )?\w+",
    "gamla",
    "gamle",
    "old",
    r"ny(a|tt|e)? (e-?post)?-?adresse?",
    r"\S{1,64}@\S+",
    "än",
    "more than",
    "i morgon",
    before=r"(?<!\w)",
    after=r"(?!\w)",
)
"""A role is laid down, an address changes, one mailing is meant and not all: a person has to read that."""

_CLOSING = any_of(
    "mvh",
    r"(med )?((vänliga?|bästa|varma) )?hälsning(ar)?\b",
    "(best|kind|warm) regards",
    "(med )?((venn?lig|beste) )?hilsen",
    "vh",
    before=r"(^|[.!,]\s{0,3})\W{0,3}\b",
    after=r"\b",
)
_AFTERTHOUGHT = re.compile(r"\bp\.?\s?s\b", re.IGNORECASE)
_COURTESIES = """
    hej hejsan tack tusen snälla vänligen vill jag ni kan omgående genast snarast gärna nu så t till
    från i på med alla allt fler min mig mej era ert er en det detta dessa denna och mejl mejlen
    mail mailen utskick utskicken utskicket nyhetsbrev nyhetsbrevet lista listan listor listorna
    sändlista sändlistan utskickslistan mejllistan
    hei takk tak gerne vennligst venligst jeg kan dere I fra til av af alle flere min meg deres jeres
    denne disse og liste listen mailingliste nyhedsbrev nyhedsbrevet
    hello hi please thanks thank would like to from off of on the this that your any all right now
    immediately my me you a and mailing list lists newsletter email emails
"""
_HARMLESS = frozenset(_COURTESIES.lower().split())
"""Words that change nothing about a wish."""

MOST_WORDS = 30
BESIDE_A_SUBJECT = 5
"""Words that may stand below a subject that asks for it: a name, a place."""


@dataclass(frozen=True)
class Wish:
    """``nothing_else``: the text holds no other word that means something."""

    phrase: str
    nothing_else: bool


def wish_in(text: str) -> Wish | None:
    """Return the wish of a short text, None if it has none or has one that says something else, too."""
    body, afterthought = _body(text)
    if found := _ALONE.fullmatch(body):
        return Wish(found[0], not afterthought)
    found = _WISH.search(body)
    if not found or len(body.split()) > MOST_WORDS or _DENIED.search(body) or _SOMETHING_ELSE.search(body):
        return None
    return Wish(found[0], not afterthought and is_harmless(_WISH.sub(" ", body)))


def is_harmless(text: str) -> bool:
    """Whether a text has no word that means something: greetings, thanks, nothing."""
    body, afterthought = _body(text)
    return not afterthought and _HARMLESS.issuperset(re.findall(r"\w+", body.lower()))


def stands_alone(text: str) -> bool:
    """Whether so little stands below a subject that the subject says what is meant."""
    return len(_body(text)[0].split()) <= BESIDE_A_SUBJECT


def _body(text: str) -> tuple[str, bool]:
    """Return a text without its closing, and whether something of weight may come behind that."""
    closing = _CLOSING.search(text)
    if closing is None:
        return text.strip(), False
    return text[: closing.start()].strip(), _AFTERTHOUGHT.search(text, closing.end()) is not None
