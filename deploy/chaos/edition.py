"""An edition for the senders to deliver, as the scheduler would hand it over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.intake import SectionText
from shared.contracts.sender import DELIVER_BATCH, DeliverBatch, PlannedMail, PrepareEdition, Reader, Section
from shared.ids import new_id

WEDNESDAY = date(2027, 2, 17)
UNITS = 290


@dataclass(frozen=True)
class ChaosEdition:
    """``mails``: the address of each mail by its id."""

    edition_id: UUID
    mails: dict[UUID, str]

    @classmethod
    def of(cls, size: int) -> "ChaosEdition":
        return cls(new_id(), {new_id(): f"person.{n}@kretsen{n % UNITS}.example.org" for n in range(size)})

    def announcement(self) -> PrepareEdition:
        batches = -(-len(self.mails) // DELIVER_BATCH)
        return PrepareEdition(
            edition_id=self.edition_id,
            wednesday=WEDNESDAY,
            sections=tuple(_section(position) for position in (1, 2)),
            mails=len(self.mails),
            batches=batches,
        )

    def batches(self) -> Iterator[DeliverBatch]:
        planned = [
            PlannedMail(
                mail_id=mail_id,
                address=address,
                language="sv",
                readers=(_reader(address, both=number % 2 == 0),),
            )
            for number, (mail_id, address) in enumerate(self.mails.items())
        ]
        for batch, start in enumerate(range(0, len(planned), DELIVER_BATCH), start=1):
            mails = tuple(planned[start : start + DELIVER_BATCH])
            yield DeliverBatch(edition_id=self.edition_id, batch=batch, mails=mails)


def _section(position: int) -> Section:
    return Section(
        position=position,
        order_id=new_id(),
        unit_id=f"{1200 + position}",
        unit_name=f"Enheten för område {position}",
        order_class="duty" if position == 1 else "information",
        title=f"Årsmötet, del {position}",
        texts={
            "sv": SectionText(
                subject=f"Årsmötet, del {position}",
                markdown="Handlingarna är **klara**. [Läs dem här](https://example.org/arsmote).",
            )
        },
    )


def _reader(address: str, *, both: bool) -> Reader:
    roles = ("ordförande, Kretsen",)
    sections = {1: roles, 2: roles} if both else {1: roles}
    return Reader(person_id=address, name="Åsa Exempel", sections=sections)
