"""What the orderer is told of the Wednesday, where it is not the plain one. Swedish, one line each."""

from collections.abc import Iterable
from datetime import date

from services.scheduler.domain.wednesdays import WeekPlan

LATE = "Onsdagens utskick var redan låst när beställningen kom; den går med nästa."
FULL = "Onsdagens utskick var fullt när beställningen kom; den går med nästa som har plats."


def moved(closed: date, wednesday: date) -> str:
    """Return why an order that had its Wednesday leaves on another."""
    return f"Onsdagen den {closed} är stängd; utskicket går i stället onsdagen den {wednesday}."


def extra(reason: str) -> str:
    """Return why an order leaves outside of Wednesdays."""
    return f"Extra utskick utanför onsdagarna (A2): {reason}"[:500]


def with_warning(note: str, plan: WeekPlan, day: date) -> str:
    """Return a note together with what to beware of on the day."""
    return " ".join(part for part in (note, plan.warning(day)) if part)[:500]


def with_sentences(note: str, sentences: Iterable[str]) -> str:
    """Return a note and what else is to be said, as long as a line may be."""
    return " ".join(part for part in (note, *sentences) if part)[:500]
