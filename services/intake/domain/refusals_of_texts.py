"""Why an order by text message is refused (D7)."""

from dataclasses import dataclass

from services.intake.domain.refusals import Refusal


@dataclass(frozen=True)
class NotUrgent(Refusal):
    """D7: text messages are for what cannot wait."""

    rule = "D7"
    outright = False
    sv = (
        "Sms är till för sådant som inte kan vänta till onsdag. Markera beställningen som brådskande, "
        "eller välj mail."
    )
    en = "Text messages are for what cannot wait for Wednesday. Mark the order as urgent, or choose mail."


@dataclass(frozen=True)
class AppealByText(Refusal):
    """D7: nobody is asked for money by text."""

    rule = "D7"
    outright = True
    sv = "Vädjanden går inte ut som sms. Välj mail, eller ändra beställningen till uppdrag eller information."
    en = "Appeals do not go out as text messages. Choose mail, or make the order duty or information."


@dataclass(frozen=True)
class TextsWaitForNoDay(Refusal):
    """D7: a text that can wait for a day is no text message."""

    rule = "D7"
    outright = False
    sv = (
        "Sms skickas så snart beställningen är godkänd, och kan inte vänta till {day}. Ta bort datumet, "
        "eller välj mail."
    )
    en = (
        "Text messages leave as soon as the order is accepted and cannot wait for {day}. Remove the date, "
        "or choose mail."
    )

    day: str


@dataclass(frozen=True)
class TextTooLong(Refusal):
    """D7: short things."""

    rule = "D7"
    outright = False
    sv = "Texten på {language} blir {parts} sms; högst {most} går bra. {why}"
    en = "The text in {language} takes {parts} parts; {most} at most. {why_en}"

    language: str
    parts: int
    most: int
    why: str
    why_en: str
