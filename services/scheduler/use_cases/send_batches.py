"""Make the messages of batches. Used for handing over and for sending again."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.scheduler.adapters import planned_mails, tallies
from services.scheduler.adapters.editions import Edition
from services.scheduler.adapters.planned_mails import Batch, Cell, FrozenMail
from services.scheduler.domain.deliveries import ADDRESS_GONE, DeliveryState
from services.scheduler.domain.editions import EditionState
from services.scheduler.domain.late_editions import Deadline
from services.scheduler.domain.mail_ids import mail_id
from services.scheduler.domain.sections import Entry, readers_of
from shared.clock import Clock
from shared.contracts.sender import DeliverBatch, PlannedMail, Reader
from shared.messaging.outbox import Outbox

Persons = dict[int, tuple[str, str]]
Cells = dict[int, Cell]


@dataclass(frozen=True)
class SendBatches:
    """Puts locked batches into the outbox, less the mails of which there is an outcome already."""

    outbox: Outbox
    clock: Clock
    deadline: Deadline

    async def __call__(self, conn: AsyncConnection, edition: Edition, batches: Sequence[Batch]) -> None:
        """Send batches of an edition. Mails to addresses that are gone are concluded.

        What the bus still has when the day is over leaves no more, but for what of a stopped edition is to be
        concluded.
        """
        if not batches:
            return
        now = self.clock.now()
        frozen = {batch.batch_no: await self._addressed(conn, batch) for batch in batches}
        everyone = [mail for mails in frozen.values() for mail in mails]
        persons = await planned_mails.persons(conn, sorted({key for m in everyone for key in m.persons}))
        wanted = sorted({key for mail in everyone for key in mail.cells})
        cells = await planned_mails.cells(conn, edition.edition_no, wanted)
        until = None if edition.state is EditionState.STOPPED else self.deadline.ends(edition.leaves_since)
        for batch in batches:
            mails = tuple(_planned(edition, mail, persons, cells) for mail in frozen[batch.batch_no])
            await planned_mails.note_handed(conn, batch, len(mails), now)
            if mails:
                said = DeliverBatch(
                    edition_id=edition.edition_id, batch=batch.batch_no, mails=mails, until=until
                )
                await self.outbox.add(conn, said, correlation_id=edition.edition_id)

    async def _addressed(self, conn: AsyncConnection, batch: Batch) -> list[FrozenMail]:
        """Return the mails that can be sent. The others go nowhere, unless the sender says that they did."""
        mails = await planned_mails.mails_of(conn, batch)
        if lost := [mail.mailbox_key for mail in mails if not mail.address]:
            known = await planned_mails.locked_deliveries(conn, batch.edition_no, lost)
            gone = {key: ADDRESS_GONE for key, told in known.items() if told.state is DeliveryState.PLANNED}
            await planned_mails.note_deliveries(conn, batch.edition_no, gone)
            moved = {DeliveryState.PLANNED: -len(gone), DeliveryState.SUPPRESSED: len(gone)}
            await tallies.count(conn, batch.edition_no, moved, self.clock.now())
        return [mail for mail in mails if mail.address]


def _planned(edition: Edition, mail: FrozenMail, persons: Persons, cells: Cells) -> PlannedMail:
    entries = zip(mail.persons, (cells[key] for key in mail.cells), strict=True)
    readers = readers_of(
        (Entry(person, cell.role, cell.sections) for person, cell in entries), mail.refused or ""
    )
    told = [
        Reader(person_id=persons[key][0], name=persons[key][1], sections=sections)
        for key, sections in readers.items()
    ]
    return PlannedMail(
        mail_id=mail_id(edition.edition_id, mail.mailbox_key),
        address=mail.address,
        language=mail.language,
        readers=tuple(sorted(told, key=lambda reader: reader.person_id)),
    )
