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
class AddressesAsRecipients(Refusal):
    """A7: addresses instead of assignments."""

    rule = "A7"
    outright = True
    sv = (
        "Mottagare anges som uppdrag i kretsar eller regioner, aldrig som adresser ({given}). "
        "Listan hämtas ur medlemsregistret."
    )
    en = (
        "Recipients are assignments in units or regions, never addresses ({given}). "
        "The list is drawn from the CRM."
    )

    given: str


@dataclass(frozen=True)
class UnclearRecipients(Refusal):
    """A7: types × units needs at least one type and exactly one way to say where."""

    rule = "A7"
    outright = True
    sv = (
        "Ange minst ett uppdrag, och antingen alla kretsar, en eller flera regioner, en lista kretsar eller "
        "den egna grenen; eller medlemmar med ett avtal eller en yrkesgrupp; eller en beställnings mottagare."
    )
    en = (
        "Name at least one assignment type, and either all units, some regions, some units or the own "
        "branch; or members with an agreement or group; or the recipients of an order."
    )


@dataclass(frozen=True)
class MisplacedUnits(Refusal):
    """A7: units said of people who are not chosen by their assignments."""

    rule = "A7"
    outright = True
    sv = "Kretsar, regioner och enhetstyper kan bara anges för uppdrag, inte för medlemmar eller mottagare."
    en = "Units, regions and kinds of units can only be said of assignments, not of members or recipients."


@dataclass(frozen=True)
class MembersWithoutAttribute(Refusal):
    """A7: members, without what concerns them (D5)."""

    rule = "A7"
    outright = True
    sv = "Ange vilket avtal eller vilken yrkesgrupp som beställningen till medlemmarna gäller."
    en = "Name the agreement or occupational group that the order to the members is about."


@dataclass(frozen=True)
class UnknownAssignmentType(Refusal):
    """A7: an assignment type that does not exist."""

    rule = "A7"
    outright = True
    sv = "Uppdraget ”{name}” finns inte."
    en = "There is no assignment type “{name}”."

    name: str


@dataclass(frozen=True)
class UnknownUnit(Refusal):
    """A7: a unit that does not exist, or no longer does."""

    rule = "A7"
    outright = True
    sv = "Enheten ”{name}” finns inte i registret, eller är nedlagd."
    en = "The unit “{name}” is not in the register, or has been closed."

    name: str


@dataclass(frozen=True)
class UnknownRegion(Refusal):
    """A7: a region that no unit belongs to."""

    rule = "A7"
    outright = True
    sv = "Regionen ”{name}” finns inte."
    en = "There is no region “{name}”."

    name: str


@dataclass(frozen=True)
class UnknownKind(Refusal):
    """A7: a kind that no unit is of."""

    rule = "A7"
    outright = True
    sv = "Enhetstypen ”{name}” finns inte."
    en = "There is no kind of unit “{name}”."

    name: str


@dataclass(frozen=True)
class UnknownAgreement(Refusal):
    """A7: an agreement that does not exist."""

    rule = "A7"
    outright = True
    sv = "Avtalet ”{name}” finns inte."
    en = "There is no agreement “{name}”."

    name: str


@dataclass(frozen=True)
class UnknownOccupationalGroup(Refusal):
    """A7: an occupational group that does not exist."""

    rule = "A7"
    outright = True
    sv = "Yrkesgruppen ”{name}” finns inte."
    en = "There is no occupational group “{name}”."

    name: str


@dataclass(frozen=True)
class UnknownEarlierOrder(Refusal):
    """A7: the recipients of an order of which nobody knows yet who got it."""

    rule = "A7"
    outright = True
    sv = (
        "Beställningen ”{order_id}” är inte ett av enhetens utskick som har gått ut eller stoppats, "
        "så ingen vet vilka som fått det."
    )
    en = (
        "The order “{order_id}” is not a mailing of the unit that has been sent or stopped, so that nobody "
        "knows who got it."
    )

    order_id: str


@dataclass(frozen=True)
class MissingFaq(Refusal):
    """A8: the desk has nothing to answer questions with."""

    rule = "A8"
    outright = False
    sv = "FAQ eller informationsblad saknas. Utan det går beställningen inte iväg."
    en = "The FAQ or information sheet is missing. Without it the order does not leave."


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
