"""How answering machines word themselves, where no field of the message says what it is.

People write of absence, too: a subject counts alone only when nothing but a machine writes it so.
"""

import re
from dataclasses import dataclass

from services.sender.domain.mailbox.patterns import any_of

_ENDS = r"\s*($|[:\-–—(\[.!,]|re:)"
"""A machine's subject ends there, or goes on with the subject that it answers."""

_SUBJECT = any_of(
    "automatisk[ta]? (e-?post)?svar",
    "auto-?svar",
    "automatsvar",
    "automatic (reply|response)",
    "auto[- ]?(reply|response)",
    "out[- ]of[- ](the )?office( re)?",
    "ooo",
    "vacation (reply|notice|message|response)",
    "(frånvaro|semester)meddelande",
    "semesterstängt",
    "fraværs(melding|besked|assistent)",
    "abwesenheits(notiz|nachricht|meldung)",
    "automatische antwort",
    "réponse automatique",
    "respuesta automática",
    "automaattinen (vastaus|poissaoloviesti)",
    before="^",
    after=_ENDS,
)
_AWAY = any_of(
    "(på )?semester",
    "ledig",
    "frånvar(o|ande)",
    "(ej|inte) på (kontoret|plats|jobbet)",
    "ute från kontoret",
    "jag är (på semester|föräldraledig|tjänstledig|frånvarande|ledig)",
    "(på )?ferie",
    "fravær(ende)?",
    "bortrei?st",
    "ikke (til stede|på kontoret)",
    "(on )?(annual |parental )?leave",
    "(on )?(vacation|holiday)",
    "(i am|i'm) (away|out of( the)? office)",
    "(im )?urlaub",
    "außer haus",
    "abwesen(d|heit)",
    "poissa(olo)?",
    before="^",
    after=_ENDS,
)
_IS_AWAY = any_of(
    r"\bär (på semester|ledig|föräldraledig|tjänstledig|sjukskriven|bortrest|frånvarande)\b",
    r"\bär (inte|ej) på (kontoret|jobbet|plats)\b",
    r"\bhar semester\b",
    r"\b(åter|tillbaka) (den|på|i|igen|måndag|\d)",
    r"\b(er|har) (på )?ferie\b",
    r"\ber (ikke på kontoret|bortrei?st|fraværende|væk|tilba[kg]e)\b",
    r"\bikke (har )?adgang til\b",
    r"\bsvarer ikke før\b",
    r"\b(am|i'm|be) (currently )?(out of|away|back|on (annual |parental |sick )?(leave|vacation|holiday))\b",
    r"\bno access to (my )?e-?mail\b",
    r"\bolen (lomalla|poissa)\b",
    r"\b(im urlaub|nicht im büro|nicht erreichbar|abwesend)\b",
)
_SENTENCE = any_of(
    r"(detta|det här|dette) (är|er) (ett |et |en )?automati\w+ (\w{1,15} )?"
    r"(\w{0,4}svar|meddelande|melding|besked|mejl|mail)",
    r"this is an? (automated|automatic(ally generated)?) (reply|response|message|e-?mail)",
    r"dies(es)? ist eine automatische (antwort|nachricht)",
    r"(detta|det här) (mejl|mail|meddelande)(et)? (läses|besvaras) inte",
    before=r"(^|[.!]\s{1,5})\W{0,3}",
    after=r"\s*([.!,]|$)",
)
_REGISTERED = any_of(
    "(ditt|ert) ärende har (registrerats|skapats|tagits emot|mottagits)",
    "vi har (registrerat|mottagit|tagit emot) (ditt|ert) ärende",
    r"your (request|ticket|case|inquiry) (\S{1,20} )?has been (received|registered|created|logged)",
    "din henvendelse er (modtaget|mottatt|registrere?t)",
)
_CHALLENGE = any_of(
    r"\b(boxbe|spamarrest)\.com\b",
    "requires you to verify (your address|that you)",
    r"click (\w+ ){0,4}to (have your message delivered|deliver your message)",
)
_RECEIPT = any_of("läst", "read", "gelesen", "lest", "læst", before="^", after=":")
_WAS_READ = any_of("lästes", "har lästs", "was read", "wurde (\\w+ )?gelesen", "ble lest", "blev læst")


@dataclass(frozen=True)
class Wording:
    """A way in which machines put it: what its subject is like, and its words."""

    says: str
    subject: re.Pattern[str] | None
    words: re.Pattern[str] | None

    def fits(self, subject: str, words: str) -> bool:
        fits_subject = self.subject is None or self.subject.search(subject) is not None
        return fits_subject and (self.words is None or self.words.search(words) is not None)


WORDINGS = (
    Wording("a sentence of an answering machine", None, _SENTENCE),
    Wording("the subject of an automatic answer", _SUBJECT, None),
    Wording("absence in the subject and in the words", _AWAY, _IS_AWAY),
    Wording("a case system has registered it", None, _REGISTERED),
    Wording("a filter asks for a confirmation", None, _CHALLENGE),
    Wording("a receipt in words", _RECEIPT, _WAS_READ),
)


def machine_wording(subject: str, words: str) -> Wording | None:
    """Return in which way a message is worded as machines do, None if in none."""
    return next((each for each in WORDINGS if each.fits(subject, words)), None)


def says_so(words: str) -> bool:
    """Whether a sentence says that the message is automatic, whatever else it asks."""
    return _SENTENCE.search(words) is not None
