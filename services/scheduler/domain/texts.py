"""Who gets a text message of an urgent order, and why others do not (D7). One text for each number (A6)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.scheduler.domain.exclusions import Reason as MailReason


class Reason(StrEnum):
    """Strongest first. Those that mail has as well are called the same."""

    ERASED = MailReason.ERASED.value
    EXCLUDED_BY_ORDER = MailReason.EXCLUDED_BY_ORDER.value
    ASSIGNMENT_NOT_VALID = MailReason.ASSIGNMENT_NOT_VALID.value
    MISSING_PHONE = "missing_phone"
    INVALID_PHONE = "invalid_phone"
    NOT_MOBILE = "not_mobile"
    OPTED_OUT = MailReason.OPTED_OUT.value
    OPTED_OUT_UNIT = MailReason.OPTED_OUT_UNIT.value


EXPLANATIONS: dict[Reason, str] = {
    Reason.ERASED: "Personens uppgifter är raderade.",
    Reason.EXCLUDED_BY_ORDER: "Beställningen undantar personen.",
    Reason.ASSIGNMENT_NOT_VALID: "Uppdraget gäller inte i dag.",
    Reason.MISSING_PHONE: "Personen har inget telefonnummer i medlemsregistret.",
    Reason.INVALID_PHONE: "Telefonnumret i medlemsregistret finns inte.",
    Reason.NOT_MOBILE: "Telefonnumret i medlemsregistret är inte ett mobilnummer.",
    Reason.OPTED_OUT: "Personen har tackat nej till sms.",
    Reason.OPTED_OUT_UNIT: "Personen har avböjt utskick från den beställande enheten.",
}
"""What a desk worker reads."""


_TOLD = {
    "planned": "Avsändaren har textmeddelandet men har inget svar än.",
    "accepted": "Operatören har tagit emot textmeddelandet.",
    "delivered": "Textmeddelandet har nått telefonen.",
    "failed": "Textmeddelandet kunde inte levereras.",
    "suppressed": "Textmeddelandet skickades inte: det stoppades efter att mottagarna bestämts.",
    "uncertain": "Avsändaren vet inte om operatören tog emot textmeddelandet.",
}


def told(state: str) -> str:
    """Return what a desk worker reads of a text's delivery."""
    return _TOLD[state]


@dataclass(frozen=True)
class Number:
    """A person's number, read. ``hashed`` is None where what is written is no number."""

    e164: str = ""
    hashed: bytes | None = None
    mobile: bool = False


@dataclass(frozen=True)
class Reached:
    """A person whom an order names: by a valid assignment or not, and perhaps taken out again (``spared``).

    ``number`` is None where the register has none.
    """

    person_key: int
    person_id: str
    language: str
    erased: bool
    valid: bool
    spared: bool
    number: Number | None


@dataclass(frozen=True)
class Shared:
    """One text: a number and the people who have it."""

    number: Number
    people: tuple[Reached, ...]

    @property
    def language(self) -> str:
        """That of all its people, else Swedish."""
        languages = {person.language for person in self.people}
        return languages.pop() if len(languages) == 1 else "sv"


def scopes_against(order_class: str, unit_id: str) -> dict[str, Reason]:
    """Return the suppressions that stop a text of an order, and what each is called."""
    against = {"address": Reason.OPTED_OUT}
    if order_class != "duty":
        against |= {"organisation": Reason.OPTED_OUT, f"unit:{unit_id}": Reason.OPTED_OUT_UNIT}
    return against


def left_out(person: Reached, against: Mapping[str, Reason], scopes: Collection[str]) -> Reason | None:
    """Return why a person gets no text; None for one who does. ``scopes`` are their number's."""
    number = person.number or Number()
    checks = (
        (person.erased, Reason.ERASED),
        (person.spared, Reason.EXCLUDED_BY_ORDER),
        (not person.valid, Reason.ASSIGNMENT_NOT_VALID),
        (person.number is None, Reason.MISSING_PHONE),
        (number.hashed is None, Reason.INVALID_PHONE),
        (not number.mobile, Reason.NOT_MOBILE),
        *((scope in scopes, reason) for scope, reason in against.items()),
    )
    return next((reason for applies, reason in checks if applies), None)


def shared_numbers(people: Iterable[Reached]) -> list[Shared]:
    """Put together the people who have one number, in the order in which they come."""
    found: dict[str, list[Reached]] = {}
    for person in people:
        assert person.number is not None
        found.setdefault(person.number.e164, []).append(person)
    return [Shared(group[0].number or Number(), tuple(group)) for group in found.values()]
