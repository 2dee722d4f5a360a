"""All wording that recipients read and no orderer wrote, in every language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WEDNESDAY = 3
MOST_NAMED = 20
"""People, or roles of one, that a line names; of more it says how many: a mail has a largest size."""
MONTHS = {
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "en": "January February March April May June July August September October November December",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
}


@dataclass(frozen=True)
class Wording:
    """One language's sentences. Names in braces are filled in."""

    language: str
    greeting: str
    greeting_nobody: str
    conjunction: str
    others: str
    day: str
    wednesday_title: str
    wednesday_mailing: str
    extra_mailing: str
    subject_many: str
    lead_one: str
    lead_many: str
    contents: str
    for_you: str
    for_people: str
    read_on: str
    unit_link: str
    duty_note: str
    duty_link: str
    organisation_link: str
    organisation_note: str
    reply_note: str

    def write_date(self, day: date) -> str:
        """Return a day and month as the language writes them: "17 februari"."""
        return self.day.format(day=day.day, month=MONTHS[self.language].split()[day.month - 1])

    def together(self, things: Sequence[str]) -> str:
        """Return "a", "a och b" or "a, b och c", of many things "a, b och 281 till"."""
        named = self._most(things)
        if len(named) < 2:
            return "".join(named)
        return f"{', '.join(named[:-1])} {self.conjunction} {named[-1]}"

    def _most(self, things: Sequence[str]) -> Sequence[str]:
        if len(things) <= MOST_NAMED:
            return things
        shown = MOST_NAMED - 1
        return [*things[:shown], self.others.format(count=len(things) - shown)]

    def greet(self, names: Sequence[str]) -> str:
        known = [name for name in names if name]
        return self.greeting.format(names=self.together(known)) if known else self.greeting_nobody

    def subject(self, subjects: Sequence[str], day: date) -> str:
        """One section: its own subject. Several: the edition's, naming the first and how many more."""
        if len(subjects) == 1:
            return subjects[0]
        mailing = self.wednesday_title if _is_wednesday(day) else self.extra_mailing
        return self.subject_many.format(
            mailing=mailing, date=self.write_date(day), first=subjects[0], more=len(subjects) - 1
        )

    def lead(self, organisation: str, day: date, sections: int) -> str:
        """Say whose mailing it is and of when."""
        mailing = self.wednesday_mailing if _is_wednesday(day) else self.extra_mailing
        sentence = self.lead_many if sections > 1 else self.lead_one
        return sentence.format(
            mailing=mailing, organisation=organisation, date=self.write_date(day), count=sections
        )

    def whom(self, people: Sequence[tuple[str, Sequence[str]]], *, alone: bool) -> str:
        """Say for whom a section is, and in which roles. ``alone``: nobody else reads at the address."""
        if alone and people[0][1]:
            return self.for_you.format(roles=self._roles(people[0][1]))
        return self.for_people.format(people=self.together([self._reader(*person) for person in people]))

    def _roles(self, roles: Sequence[str]) -> str:
        return "; ".join(self._most(roles))

    def _reader(self, name: str, roles: Sequence[str]) -> str:
        """Return a reader and their roles; the roles alone of one whose name nobody knows."""
        written = self._roles(roles)
        return f"{name} ({written})" if name and written else name or written


def _is_wednesday(day: date) -> bool:
    """Whether an edition of this day is a Wednesday's: no extra one ever is (A2)."""
    return day.isoweekday() == WEDNESDAY


WORDINGS = {
    "sv": Wording(
        language="sv",
        greeting="Hej {names}!",
        greeting_nobody="Hej!",
        conjunction="och",
        others="{count} till",
        day="{day} {month}",
        wednesday_title="Onsdagsutskick",
        wednesday_mailing="Onsdagens utskick",
        extra_mailing="Extra utskick",
        subject_many="{mailing} {date}: {first} och {more} till",
        lead_one="{mailing} från {organisation}, {date}.",
        lead_many="{mailing} från {organisation}, {date}: {count} ärenden i ett mejl.",
        contents="I det här mejlet",
        for_you="Till dig som {roles}",
        for_people="Till {people}",
        read_on="Läs hela texten på webben",
        unit_link="Avsluta utskick från {unit}",
        duty_note="Det här behöver den som har uppdraget känna till, så det går inte att avsluta.",
        duty_link="Jag har inte längre uppdraget",
        organisation_link="Avsluta all information och alla vädjanden från {organisation}",
        organisation_note="Det du behöver veta för ett uppdrag fortsätter att komma.",
        reply_note="Svara på det här mejlet om du har frågor, så når du {organisation} på {address}.",
    ),
    "en": Wording(
        language="en",
        greeting="Hello {names},",
        greeting_nobody="Hello,",
        conjunction="and",
        others="{count} more",
        day="{day} {month}",
        wednesday_title="Wednesday mailing",
        wednesday_mailing="Wednesday's mailing",
        extra_mailing="Extra mailing",
        subject_many="{mailing} {date}: {first} and {more} more",
        lead_one="{mailing} from {organisation}, {date}.",
        lead_many="{mailing} from {organisation}, {date}: {count} matters in one mail.",
        contents="In this mail",
        for_you="For you as {roles}",
        for_people="For {people}",
        read_on="Read the whole text on the web",
        unit_link="Stop mailings from {unit}",
        duty_note="Whoever holds the assignment needs to know this, so it cannot be stopped.",
        duty_link="I no longer hold this assignment",
        organisation_link="Stop all information and appeals from {organisation}",
        organisation_note="What you need to know for an assignment will still come.",
        reply_note="Questions? Reply to this mail and you reach {organisation} at {address}.",
    ),
    "da": Wording(
        language="da",
        greeting="Hej {names}!",
        greeting_nobody="Hej!",
        conjunction="og",
        others="{count} til",
        day="{day}. {month}",
        wednesday_title="Onsdagsudsendelse",
        wednesday_mailing="Onsdagens udsendelse",
        extra_mailing="Ekstra udsendelse",
        subject_many="{mailing} {date}: {first} og {more} til",
        lead_one="{mailing} fra {organisation}, {date}.",
        lead_many="{mailing} fra {organisation}, {date}: {count} emner i én mail.",
        contents="I denne mail",
        for_you="Til dig som {roles}",
        for_people="Til {people}",
        read_on="Læs hele teksten på nettet",
        unit_link="Afmeld udsendelser fra {unit}",
        duty_note="Den, der har hvervet, skal kende til dette, så det kan ikke afmeldes.",
        duty_link="Jeg har ikke længere hvervet",
        organisation_link="Afmeld al information og alle appeller fra {organisation}",
        organisation_note="Det, du skal vide i et hverv, bliver ved med at komme.",
        reply_note="Svar på denne mail, hvis du har spørgsmål, så når du {organisation} på {address}.",
    ),
    "no": Wording(
        language="no",
        greeting="Hei {names}!",
        greeting_nobody="Hei!",
        conjunction="og",
        others="{count} til",
        day="{day}. {month}",
        wednesday_title="Onsdagsutsendelse",
        wednesday_mailing="Onsdagens utsendelse",
        extra_mailing="Ekstra utsendelse",
        subject_many="{mailing} {date}: {first} og {more} til",
        lead_one="{mailing} fra {organisation}, {date}.",
        lead_many="{mailing} fra {organisation}, {date}: {count} saker i én e-post.",
        contents="I denne e-posten",
        for_you="Til deg som {roles}",
        for_people="Til {people}",
        read_on="Les hele teksten på nettet",
        unit_link="Avslutt utsendelser fra {unit}",
        duty_note="Den som har vervet trenger å vite dette, så det kan ikke avsluttes.",
        duty_link="Jeg har ikke lenger vervet",
        organisation_link="Avslutt all informasjon og alle appeller fra {organisation}",
        organisation_note="Det du trenger å vite i et verv, fortsetter å komme.",
        reply_note="Svar på denne e-posten hvis du har spørsmål, så når du {organisation} på {address}.",
    ),
}


def wording(language: str) -> Wording:
    """Return the sentences of a language, Swedish when it is not one of ours."""
    return WORDINGS.get(language, WORDINGS["sv"])
