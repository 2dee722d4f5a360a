"""What the sender hears on the bus."""

from collections.abc import Mapping

from services.sender.use_cases.direct_edition import pause_edition, resume_edition, stop_edition
from services.sender.use_cases.erase_persons import ErasePersons
from services.sender.use_cases.obey_suppression import lift_suppression, suppress_address
from services.sender.use_cases.prepare_edition import prepare_edition
from services.sender.use_cases.record_batch import RecordBatch
from services.sender.use_cases.send_message import SendLetter
from shared.clock import Clock
from shared.messaging.consuming import Handler
from shared.messaging.outbox import Outbox


def handlers(outbox: Outbox, clock: Clock, secret: bytes) -> Mapping[str, Handler]:
    """Return the handler of each use case in the topology."""
    return {
        "prepare-edition": prepare_edition,
        "record-batch": RecordBatch(outbox, secret),
        "pause-edition": pause_edition,
        "resume-edition": resume_edition,
        "stop-edition": stop_edition,
        "send-message": SendLetter(secret),
        "suppress-address": suppress_address,
        "lift-suppression": lift_suppression,
        "erase-persons": ErasePersons(clock),
    }
