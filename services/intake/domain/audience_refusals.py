"""Why an audience is refused (A7)."""

from dataclasses import dataclass

from services.intake.domain.refusals import Refusal


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
