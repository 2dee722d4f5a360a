"""Invented people: a name, an address that may be missing or broken, a phone number."""

from collections import Counter
from dataclasses import dataclass

from deploy.register.chance import Chance
from deploy.register.names import FAMILIES, MEN, WOMEN, in_address

DOMAINS = {"example.se": 70.0, "example.org": 15.0, "mail.example.se": 10.0, "post.example.org": 5.0}
LANGUAGES = {"sv": 960.0, "en": 20.0, "da": 10.0, "no": 10.0}

MISSING, BROKEN, OPTED_OUT, COUPLES = 0.05, 0.02, 0.03, 0.05
CAPITALS = 0.03

BROKEN_FORMS = (
    "{name}.example.se", "{name}(at)example.se", "saknas", "okänd", "{name}@example", "{name}@@example.se",
    "{first} {last}@example.se", "{name}@example.se; {name}2@example.org", "{name}@", "finns ej",
)  # fmt: skip


@dataclass(frozen=True)
class Invented:
    """A person. ``sound`` says that mail to ``email`` can arrive."""

    person_id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    birth_year: int
    language: str
    opted_out: bool
    sound: bool


class Population:
    """Invents people, none twice."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._number = 10_431
        self._addresses: Counter[str] = Counter()

    def person(self, partner: Invented | None = None, common: str = "", *, sure: bool = False) -> Invented:
        """Invent a person, perhaps the partner of another, at the same address.

        ``common`` is a branch's address that the person uses. Who is ``sure`` can be reached and wants to be.
        """
        chance = self._chance
        self._number += 1 + chance.below(3)
        first = chance.pick(WOMEN if chance.happens(0.56) else MEN)
        last = partner.last_name if partner else chance.pick(FAMILIES)
        email, sound = self._address(first, last), True
        if sure:
            pass
        elif common or partner:
            email = common or (partner.email if partner else "")
            sound = bool(common) or (partner is not None and partner.sound)
            email = self._capitals(email) if sound and chance.happens(0.3) else email
        elif chance.happens(MISSING + BROKEN):
            email, sound = self._unsound(first, last), False
        elif chance.happens(CAPITALS):
            email = self._capitals(email)
        return Invented(
            person_id=f"{self._number:07d}",
            first_name=first,
            last_name=last,
            email=email,
            phone=self._phone(),
            birth_year=1936 + chance.below(70),
            language=chance.weighed(LANGUAGES),
            opted_out=not sure and not common and chance.happens(OPTED_OUT),
            sound=sound,
        )

    def partner_of(self, before: Invented | None) -> Invented | None:
        """Return the person before if the next is to be their partner."""
        together = before is not None and before.sound and self._chance.happens(COUPLES)
        return before if together else None

    def _address(self, first: str, last: str) -> str:
        name = f"{in_address(first)}.{in_address(last)}"
        domain = self._chance.weighed(DOMAINS)
        self._addresses[name] += 1
        count = self._addresses[name]
        return f"{name}{count if count > 1 else ''}@{domain}"

    def _capitals(self, address: str) -> str:
        name, _, domain = address.partition("@")
        return f"{name.title()}@{domain.capitalize() if self._chance.happens(0.3) else domain}"

    def _unsound(self, first: str, last: str) -> str:
        if self._chance.happens(MISSING / (MISSING + BROKEN)):
            return ""
        name = f"{in_address(first)}.{in_address(last)}"
        return self._chance.pick(BROKEN_FORMS).format(name=name, first=first, last=last)

    def _phone(self) -> str:
        """Return a number from the ranges that PTS keeps free for fiction."""
        if self._chance.happens(0.12):
            return ""
        if self._chance.happens(0.1):
            return f"08-465 004 {self._chance.below(100):02d}"
        note = "\n(kvällstid)" if self._chance.happens(0.003) else ""
        return f"070-174 06 {5 + self._chance.below(95):02d}{note}"
