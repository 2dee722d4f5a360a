"""A sender's mailbox under test, with mails of which bounces come back."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.sender.adapters.tables import metadata
from services.sender.domain.mailbox.return_path import ReturnPaths
from services.sender.main import mailbox_jobs, return_paths
from services.sender.settings import SenderSettings
from shared.addresses import address_hash
from shared.hosting import Foundation
from shared.ids import new_id
from tests.component.sender.mailbox.dovecot import PrivateDovecot

SECRET = "0123456789abcdef0123456789abcdef"
FIRST_WEDNESDAY = date(2027, 2, 3)


_SENT = (
    text("INSERT INTO edition (edition_id, wednesday) VALUES (:edition, :wednesday) ON CONFLICT DO NOTHING"),
    text(
        "INSERT INTO mail (mail_id, edition_id, address, address_hash, language, readers, recorded_at) "
        "VALUES (:mail, :edition, :address, :hash, 'sv', CAST(:readers AS jsonb), :at)"
    ),
    text(
        "INSERT INTO delivery (mail_id, edition_id, state, updated_at) "
        "VALUES (:mail, :edition, 'accepted', :at)"
    ),
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
class Desk:
    """The shared mailbox, its reader, and the ledger behind it."""

    base: Foundation
    settings: SenderSettings
    dovecot: PrivateDovecot
    paths: ReturnPaths

    async def read(self) -> None:
        """Look into the mailbox once, as the job does."""
        [job] = mailbox_jobs(self.base, self.settings)
        await job.run()

    async def sent(self, address: str, *, week: int = 0) -> UUID:
        """Put an accepted mail of a week's edition into the ledger; return its id."""
        mail_id, edition_id = new_id(), UUID(int=week + 1)
        given = {
            "mail": mail_id,
            "edition": edition_id,
            "wednesday": FIRST_WEDNESDAY + timedelta(weeks=week),
            "address": address,
            "hash": address_hash(self.settings.secret, address),
            "readers": json.dumps([["p1", "Åsa Lind", {"1": ["ordförande"]}]]),
            "at": datetime(2027, 2, 3, 8, tzinfo=UTC),
        }
        async with self.base.database.begin() as conn:
            for statement in _SENT:
                await conn.execute(statement, given)
        return mail_id

    def path(self, mail_id: UUID) -> str:
        return self.paths.of(mail_id).decode()

    async def failed(self) -> list[dict[str, Any]]:
        """Return the addresses reported as dead, from the outbox, which nobody empties here."""
        async with self.base.database.begin() as conn:
            rows = await conn.execute(text("SELECT payload FROM sender_outbox ORDER BY id"))
            return [json.loads(row.payload)["data"] for row in rows]

    async def noted(self) -> list[Any]:
        """Return what was noted of each message, in their order."""
        async with self.base.database.begin() as conn:
            rows = await conn.execute(text("SELECT * FROM mailbox_message ORDER BY uid"))
            return list(rows)


@asynccontextmanager
async def open_desk(database_url: str, dovecot: PrivateDovecot, **given: Any) -> AsyncIterator[Desk]:
    settings = SenderSettings(database_url=database_url, secret_key=SECRET, imap_url=dovecot.url(), **given)
    base = Foundation("sender", settings, metadata)
    yield Desk(base, settings, dovecot, return_paths(settings))
    await base.database.close()
