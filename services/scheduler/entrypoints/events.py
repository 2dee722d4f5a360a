"""From the bus: which use case takes which message."""

from services.scheduler.domain.wednesdays import WeekPlan
from services.scheduler.use_cases.copy_assignments import copy_assignments
from services.scheduler.use_cases.copy_persons import CopyPersons
from services.scheduler.use_cases.copy_units import copy_units
from services.scheduler.use_cases.end_assignments import end_assignments
from services.scheduler.use_cases.erase_persons import erase_persons
from services.scheduler.use_cases.lift_suppression import lift_suppression
from services.scheduler.use_cases.note_batch import note_batch
from services.scheduler.use_cases.note_outcomes import note_outcomes
from services.scheduler.use_cases.note_progress import note_progress
from services.scheduler.use_cases.note_texts import NoteTexts
from services.scheduler.use_cases.place_order import PlaceOrder
from services.scheduler.use_cases.plan_texts import PlanTexts
from services.scheduler.use_cases.suppress_address import suppress_address
from services.scheduler.use_cases.withdraw_order import withdraw_order
from shared.messaging.consuming import Handler
from shared.messaging.outbox import Outbox


def handlers(
    secret: bytes, plan: WeekPlan, outbox: Outbox, texts: PlanTexts, capacity: int = 0
) -> dict[str, Handler]:
    """Return the handler of each use case in the topology."""
    return {
        "copy-persons": CopyPersons(secret),
        "erase-persons": erase_persons,
        "copy-units": copy_units,
        "copy-assignments": copy_assignments,
        "end-assignments": end_assignments,
        "place-order": PlaceOrder(plan, outbox, texts, capacity),
        "withdraw-order": withdraw_order,
        "note-batch": note_batch,
        "note-outcomes": note_outcomes,
        "note-texts": NoteTexts(outbox),
        "note-progress": note_progress,
        "suppress-address": suppress_address,
        "lift-suppression": lift_suppression,
    }
