"""Why an order is refused: one class for each way to break a rule, in words that the orderer understands."""

from dataclasses import dataclass, fields
from datetime import date
from typing import ClassVar

from services.intake.domain.orders import Reason


@dataclass(frozen=True)
class Refusal:
    """A broken rule. ``outright`` refusals cannot be mended by adding what is missing."""

    rule: ClassVar[str]
    outright: ClassVar[bool]
    sv: ClassVar[str]
    en: ClassVar[str]

    def reason(self) -> Reason:
        """Return the refusal in words."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return Reason(self.rule, type(self).__name__, self.sv.format(**given), self.en.format(**given))


@dataclass(frozen=True)
class ForeignSender(Refusal):
    """A1: another sender than the shared address."""

    rule = "A1"
    outright = True
    sv = (
        "Alla utskick går från den gemensamma adressen {shared_address}, och svaren kommer dit; "
        "de kan inte skickas från {sender}. Ta bort avsändaren ur beställningen."
    )
    en = (
        "Every mailing leaves from the one shared address {shared_address}, and replies come back to it; "
        "it cannot leave from {sender}. Remove the sender from the order."
    )

    sender: str
    shared_address: str


@dataclass(frozen=True)
class MissingText(Refusal):
    """A3: no text yet, so the order is not complete."""

    rule = "A3"
    outright = False
    sv = "Texten saknas. En beställning räknas från det att text, mottagare och FAQ alla finns."
    en = "The text is missing. An order counts from when text, recipients and FAQ are all there."


@dataclass(frozen=True)
class MissingRecipients(Refusal):
    """A3: no audience yet, so the order is not complete."""

    rule = "A3"
    outright = False
    sv = "Mottagarna saknas. Ange vilka uppdrag och vilka kretsar eller regioner som ska ha utskicket."
    en = "The recipients are missing. Say which assignments in which units or regions are to have it."


@dataclass(frozen=True)
class WednesdayTooEarly(Refusal):
    """A3: an earlier Wednesday than the order can reach."""

    rule = "A3"
    outright = False
    sv = (
        "Onsdagen den {asked} är för tidig: beställningen blev komplett så att den tidigast kan gå "
        "onsdagen den {earliest}. En senare onsdag går bra."
    )
    en = (
        "Wednesday {asked} is too early: the order became complete in time for Wednesday {earliest}. "
        "A later Wednesday may be asked for, an earlier one may not."
    )

    asked: date
    earliest: date


@dataclass(frozen=True)
class MissingFaq(Refusal):
    """A8: the desk has nothing to answer questions with."""

    rule = "A8"
    outright = False
    sv = "FAQ eller informationsblad saknas. Utan det går beställningen inte iväg."
    en = "The FAQ or information sheet is missing. Without it the order does not leave."


@dataclass(frozen=True)
class MissingUnit(Refusal):
    """A9: it is not said for which unit the order is, as can be with one that came by mail (A5)."""

    rule = "A9"
    outright = False
    sv = "Det framgår inte vilken enhet som beställer: bara dess utskicksansvariga, och infodesken, kan det."
    en = "It is not clear which unit orders. Only the people named for its mailings, and the info desk, may."


@dataclass(frozen=True)
class UnknownOrderingUnit(Refusal):
    """A9: the ordering unit does not exist, so nobody can be named for it."""

    rule = "A9"
    outright = True
    sv = "Enheten ”{unit_id}” finns inte i registret, eller är nedlagd, och kan därför inte beställa utskick."
    en = "The unit “{unit_id}” is not in the register, or has been closed, so it cannot order mailings."

    unit_id: str


@dataclass(frozen=True)
class NotANamedPerson(Refusal):
    """A9: ordered by somebody who is not responsible for the unit's mailings."""

    rule = "A9"
    outright = True
    sv = (
        "Bara {unit_name}s utsedda utskicksansvariga, och infodesken, kan beställa utskick för enheten; "
        "{ordered_by} är inte en av dem."
    )
    en = (
        "Only the people named for the mailings of {unit_name}, and the info desk, may order for it; "
        "{ordered_by} is not one of them."
    )

    unit_name: str
    ordered_by: str
