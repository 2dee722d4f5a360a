"""Note what became of mails. Reports may come twice and in any order."""

from collections import Counter

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import editions, left_out, planned_mails, tallies
from services.scheduler.adapters.editions import Edition
from services.scheduler.domain.deliveries import Delivery, DeliveryState, latest
from services.scheduler.domain.mail_ids import NotOurMail, mailbox_of
from shared.contracts.sender import DeliveryReported
from shared.messaging.consuming import Received
from shared.messaging.failures import Permanent


async def note_outcomes(conn: AsyncConnection, received: Received[DeliveryReported]) -> None:
    """Bring each mail to the state that all reports together give, and count; note what was not in it."""
    edition = await editions.by_id(conn, received.data.edition_id)
    if edition is None:
        raise Permanent(f"there is no edition {received.data.edition_id}")
    reported = _reported(edition, received.data)
    refused = _refused(edition, received.data)
    known = await planned_mails.locked_deliveries(conn, edition.edition_no, sorted(reported))
    if refused:
        await left_out.note(conn, edition.edition_no, refused)
    changed = {
        mailbox: after
        for mailbox, before in known.items()
        if (after := latest(before, reported[mailbox])) != before
    }
    if not changed:
        return
    await planned_mails.note_deliveries(conn, edition.edition_no, changed)
    moved: Counter[DeliveryState] = Counter()
    for mailbox, delivery in changed.items():
        moved[known[mailbox].state] -= 1
        moved[delivery.state] += 1
    await tallies.count(conn, edition.edition_no, moved, received.now)


def _reported(edition: Edition, data: DeliveryReported) -> dict[int, Delivery]:
    reported: dict[int, Delivery] = {}
    for outcome in data.outcomes:
        try:
            mailbox = mailbox_of(edition.edition_id, outcome.mail_id)
        except NotOurMail as problem:
            raise Permanent(str(problem)) from None
        delivery = Delivery(DeliveryState(outcome.state), outcome.at, outcome.reply)
        reported[mailbox] = latest(reported.get(mailbox, delivery), delivery)
    return reported


def _refused(edition: Edition, data: DeliveryReported) -> set[tuple[int, str]]:
    """Return (mailbox, scope)s: what a scope stops did not go there. A mail deferred is composed again."""
    return {
        (mailbox_of(edition.edition_id, outcome.mail_id), scope)
        for outcome in data.outcomes
        if outcome.state != "deferred"
        for scope in outcome.refused
    }
