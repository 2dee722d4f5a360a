"""A sender's mailbox under test, with mails of which bounces come back."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.sender.adapters.mailbox.lmtp import Delivery
from services.sender.adapters.tables import metadata
from services.sender.domain.mailbox.return_path import ReturnPaths
from services.sender.main import mailbox_jobs, receiver, return_paths
from services.sender.settings import SenderSettings
from services.sender.use_cases.mailbox.take_pushed import TakePushed
from shared.addresses import address_hash
from shared.contracts.message import Message
from shared.contracts.sender import AddressFailed
from shared.hosting import Foundation
from shared.ids import new_id
from tests.component.sender.mailbox.dovecot import PrivateDovecot
from tests.component.sender.post_office import section

SECRET = "0123456789abcdef0123456789abcdef"
SHARED = "info@onsdag.example.org"
FIRST_WEDNESDAY = date(2027, 2, 3)
SECTIONS = (section(1, title="Kurs i krisstöd"), section(2, unit="1281", title="Läger"))


_SENT = (
    text(
        "INSERT INTO edition (edition_id, wednesday, sections, mails, batches, prepared_at) "
        "VALUES (:edition, :wednesday, CAST(:sections AS jsonb), 1, 1, :at) ON CONFLICT DO NOTHING"
    ),
    text(
        "INSERT INTO mail (mail_id, edition_id, address, address_hash, language, readers, recorded_at) "
        "VALUES (:mail, :edition, :address, :hash, 'sv', CAST(:readers AS jsonb), :at)"
    ),
    text(
        "INSERT INTO delivery (mail_id, edition_id, state, updated_at) "
        "VALUES (:mail, :edition, 'accepted', :at)"
    ),
)
_SENT_LETTER = (
    text(
        "INSERT INTO mail (mail_id, key, purpose, address, address_hash, language, letter, person_ids, "
        "recorded_at) VALUES (:mail, gen_random_uuid(), :purpose, :address, :hash, 'sv', '{}', :persons, "
        "'2027-02-03Z')"
    ),
    text("INSERT INTO delivery (mail_id, state, updated_at) VALUES (:mail, 'accepted', '2027-02-03Z')"),
)


def notice(recipient: str, status: str, diagnostic: str, *, to: str) -> bytes:
    """A delivery report as Postfix writes it."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<{recipient}>: {diagnostic}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--b--
""".encode()


def hard(recipient: str, *, to: str) -> bytes:
    return notice(recipient, "5.1.1", f"550 5.1.1 <{recipient}>: User unknown", to=to)


def soft(recipient: str, *, to: str) -> bytes:
    return notice(recipient, "5.2.2", f"552 5.2.2 <{recipient}>: over quota", to=to)


@dataclass(frozen=True)
class Counter:
    """Where messages come in, and the ledger behind it."""

    base: Foundation
    settings: SenderSettings
    paths: ReturnPaths

    async def push(self, message: bytes, *, to: str = SHARED, sender: str = "a@example.se") -> None:
        """Take a message as the LMTP listener does."""
        take = TakePushed(self.base.database, self.base.clock, receiver(self.base, self.settings))
        await take(Delivery(to, sender, message))

    async def sent(self, address: str, *, week: int = 0) -> UUID:
        """Put an accepted mail of a week's edition into the ledger; return its id."""
        mail_id, edition_id = new_id(), UUID(int=week + 1)
        given = {
            "mail": mail_id,
            "edition": edition_id,
            "wednesday": FIRST_WEDNESDAY + timedelta(weeks=week),
            "address": address,
            "hash": address_hash(self.settings.secret, address),
            "sections": json.dumps([each.model_dump(mode="json") for each in SECTIONS]),
            "readers": json.dumps([["p1", "Åsa Lind", {"1": ["ordförande"], "2": []}]]),
            "at": datetime(2027, 2, 3, 8, tzinfo=UTC),
        }
        async with self.base.database.begin() as conn:
            for statement in _SENT:
                await conn.execute(statement, given)
        return mail_id

    async def sent_letter(self, address: str, *, purpose: str = "welcome", persons: str = "p1") -> UUID:
        """Put an accepted one-to-one mail to or about a person into the ledger; return its id."""
        mail_id = new_id()
        of = address_hash(self.settings.secret, address)
        given = {"mail": mail_id, "address": address, "hash": of, "purpose": purpose, "persons": [persons]}
        async with self.base.database.begin() as conn:
            for statement in _SENT_LETTER:
                await conn.execute(statement, given)
        return mail_id

    async def job(self, name: str) -> None:
        """Do once what a job does."""
        job = next(each for each in mailbox_jobs(self.base, self.settings) if each.name == name)
        await job.run()

    def path(self, mail_id: UUID) -> str:
        return self.paths.of(mail_id).decode()

    async def failed(self) -> list[dict[str, Any]]:
        """Return the addresses reported as dead or complaining."""
        return await self.said(AddressFailed)

    async def said(self, model: type[Message]) -> list[dict[str, Any]]:
        """Return what was said of a kind, from the outbox, which nobody empties here."""
        async with self.base.database.begin() as conn:
            rows = await conn.execute(text("SELECT payload FROM sender_outbox ORDER BY id"))
            said = [json.loads(row.payload) for row in rows]
        return [each["data"] for each in said if each["type"] == model.TYPE]

    async def one(self, query: str) -> Any:
        """Return the only row of a query."""
        async with self.base.database.begin() as conn:
            return (await conn.execute(text(query))).one()

    async def noted(self) -> list[Any]:
        """Return what was noted of each message, in their order."""
        async with self.base.database.begin() as conn:
            rows = await conn.execute(text("SELECT * FROM mailbox_message ORDER BY uid, message_id"))
            return list(rows)


@dataclass(frozen=True)
class Desk(Counter):
    """A counter whose messages are read in a shared mailbox."""

    dovecot: PrivateDovecot

    async def read(self) -> None:
        """Look into the mailbox once, as the job does."""
        await self.job("read-mailbox")


@asynccontextmanager
async def open_desk(database_url: str, dovecot: PrivateDovecot, **given: Any) -> AsyncIterator[Desk]:
    async with open_counter(database_url, imap_url=dovecot.url(), **given) as counter:
        yield Desk(counter.base, counter.settings, counter.paths, dovecot)


@asynccontextmanager
async def open_counter(database_url: str, **given: Any) -> AsyncIterator[Counter]:
    settings = SenderSettings(database_url=database_url, secret_key=SECRET, **given)
    base = Foundation("sender", settings, metadata)
    yield Counter(base, settings, return_paths(settings))
    await base.database.close()
