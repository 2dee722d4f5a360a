"""A full example of each message that says what becomes of a Wednesday."""

from datetime import UTC, date, datetime
from uuid import UUID

from shared.contracts import scheduler
from shared.contracts.message import Message

AT = datetime(2027, 2, 10, 9, 30, tzinfo=UTC)
WEDNESDAY = date(2027, 2, 17)
ORDER = UUID("01950a00-0000-7000-8000-000000000001")
EDITION = UUID("01950a00-0000-7000-8000-000000000002")
ORDERS = (scheduler.OrderFigures(order_id=ORDER, recipients=287, excluded={"missing_address": 3}),)

WEDNESDAYS: tuple[Message, ...] = (
    scheduler.RegisterNamed(
        assignment_types=("ordförande", "kassör"),
        agreements=("hök",),
        occupational_groups=("undersköterska",),
    ),
    scheduler.OrderScheduled(
        order_id=ORDER,
        edition_id=EDITION,
        wednesday=WEDNESDAY,
        send_at=AT,
        note="Onsdagen innan är en helgdag",
    ),
    scheduler.AudienceMoved(
        order_id=ORDER, edition_id=EDITION, accepted_at=AT, accepted=287, recipients=224, joined=3, left=66
    ),
    scheduler.EditionFrozen(edition_id=EDITION, wednesday=WEDNESDAY, pairs=287, mails=280, orders=ORDERS),
    scheduler.AddressMissing(
        edition_id=EDITION,
        wednesday=WEDNESDAY,
        persons=(scheduler.MissingAddress(person_id="P1002", problem="missing"),),
    ),
    scheduler.EditionReleased(edition_id=EDITION, wednesday=WEDNESDAY, mails=280, order_ids=(ORDER,)),
    scheduler.EditionCompleted(
        edition_id=EDITION, wednesday=WEDNESDAY, outcomes={"accepted": 279, "failed": 1}, order_ids=(ORDER,)
    ),
    scheduler.EditionStopped(
        edition_id=EDITION,
        wednesday=WEDNESDAY,
        reason="Fel datum i kallelsen",
        left=True,
        order_ids=(ORDER,),
    ),
    scheduler.EditionParked(edition_id=EDITION, wednesday=WEDNESDAY, at=AT, order_ids=(ORDER,)),
)
