"""A Wednesday to measure: twelve orders of realistic length, and who gets which."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

from services.sender.adapters import editions, recording
from services.sender.adapters.editions import Expected
from services.sender.adapters.recording import NewMail
from shared.addresses import address_hash
from shared.contracts.intake import SectionText
from shared.contracts.sender import PrepareEdition, Reader, Section
from shared.ids import new_id
from shared.persistence.database import Database

WEDNESDAY = date(2027, 2, 17)
MORNING = datetime(2027, 2, 17, 8, tzinfo=UTC)
SECTIONS = 12
BATCH = 5000
ROLES = ("ordförande", "kassör", "sekreterare", "mottagare av utskick")
TEXT = """
Hej!

Nu är handlingarna till årsmötet klara. Läs dem **i god tid** och skicka frågor till oss senast fredagen
innan, så hinner vi svara innan ni ses. [Handlingarna finns här](https://example.org/arsmote/handlingar).

## Det här behöver ni göra

- Kalla medlemmarna senast tre veckor innan.
- Utse den som för protokoll, och två som justerar det.
- Skicka in verksamhetsberättelsen och bokslutet när de är godkända.

Den som är ny på sitt uppdrag får gärna ringa oss. Vi håller också två digitala träffar, en på dagen och en
på kvällen, där vi går igenom vad som är nytt i år och hur ni fyller i blanketterna. Anmälan görs på
[vår sida](https://example.org/traffar?ar=2027&typ=ordforande), och ni kan vara flera vid samma skärm.

1. Dagtid: tisdag den 2 mars klockan 13.
2. Kvällstid: torsdag den 4 mars klockan 18.30.

Tack för allt ni gör. Utan er hade det inte blivit något.
"""


def orders() -> tuple[Section, ...]:
    return tuple(
        Section(
            position=number,
            order_id=UUID(int=0x018F << 112 | number),
            unit_id=f"{1200 + number % 5}",
            unit_name=f"Enheten för område {number % 5}",
            order_class="duty" if number % 3 == 0 else "information",
            title=f"Årsmötet, del {number}",
            texts={"sv": SectionText(subject=f"Årsmötet, del {number}", markdown=TEXT)},
        )
        for number in range(1, SECTIONS + 1)
    )


async def fill(database: Database, secret: bytes, mails: int, seed: int = 1) -> UUID:
    """Record an edition of so many mails; return its id."""
    edition_id = new_id()
    chance = random.Random(seed)
    async with database.begin() as conn:
        prepared = PrepareEdition(
            edition_id=edition_id, wednesday=WEDNESDAY, sections=orders(), mails=mails, batches=1
        )
        await editions.prepare(conn, prepared, MORNING)
    for start in range(0, mails, BATCH):
        rows = list(_planned(chance, secret, start, min(mails, start + BATCH)))
        async with database.begin() as conn:
            await recording.record(conn, edition_id, rows, expected=Expected(may_go=True), at=MORNING)
    async with database.engine.connect() as conn:
        await conn.exec_driver_sql("ANALYZE")
        await conn.commit()
    return edition_id


def _planned(chance: random.Random, secret: bytes, start: int, end: int) -> Iterator[NewMail]:
    for number in range(start, end):
        address = f"person.{number}@kretsen{number % 290}.example.org"
        positions = chance.sample(range(1, SECTIONS + 1), chance.choice((1, 1, 1, 2, 2, 3)))
        roles = (f"{chance.choice(ROLES)}, Kretsen {number % 290}",)
        reader = Reader(
            person_id=str(number), name=f"Åsa Exempel {number}", sections=dict.fromkeys(positions, roles)
        )
        yield NewMail(new_id(), address, address_hash(secret, address), "sv", (reader,), writable=True)
