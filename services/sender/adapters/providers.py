"""Providers in trouble: their rows, and what a process knows of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import RowMapping, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.tables import delivery, mail, provider
from services.sender.domain.buckets import Limit, Period
from services.sender.domain.providers import FORGOTTEN_AFTER, Flow, Provider
from services.sender.domain.states import State
from shared.sending_limits import domains_of

_KNOWN = (
    provider.c.name,
    provider.c.flow,
    provider.c.rate,
    provider.c.ceiling,
    provider.c.answers,
    provider.c.blames,
    provider.c.reply,
    provider.c.changed_at,
    provider.c.troubled_at,
)


def held_as_paused(name: str) -> str:
    """Return what is written of a mail that is held back while its provider is paused."""
    return f"{name} is paused"


def held_in_line(name: str) -> str:
    """Return what is written of a mail that waits for a token of its provider."""
    return f"in line for {name}"


@dataclass
class Restraints:
    """What a process knew of providers in trouble when it last looked. ``watched``: those with a row."""

    watched: frozenset[str] = frozenset()
    paused: frozenset[str] = frozenset()
    paces: Mapping[str, Limit] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        return bool(self.paused or self.paces)

    def pace(self, name: str) -> tuple[Limit, ...]:
        """Return the limit that a provider has for being slowed, if it is."""
        found = self.paces.get(name)
        return (found,) if found else ()

    def know(self, providers: Collection[Provider]) -> None:
        """Replace what was known."""
        self.watched = frozenset(each.name for each in providers)
        self.paused = frozenset(each.name for each in providers if each.flow is Flow.PAUSED)
        self.paces = {each.name: Limit(each.rate, Period.PACE) for each in providers if each.rate}


async def all_known(conn: AsyncConnection) -> list[Provider]:
    """Return every provider that gave trouble lately, by name."""
    rows = await conn.execute(select(*_KNOWN).order_by(provider.c.name))
    return [_provider(row) for row in rows.mappings()]


async def lock(conn: AsyncConnection, names: Collection[str]) -> tuple[list[Provider], datetime]:
    """Return providers, known or new, which nobody else changes until this transaction ends; and the time."""
    ordered = sorted(names)
    await conn.execute(
        insert(provider)
        .values([{"name": name, "flow": Flow.FLOWING} for name in ordered])
        .on_conflict_do_nothing()
    )
    query = select(*_KNOWN).where(provider.c.name.in_(ordered)).order_by(provider.c.name).with_for_update()
    found = [_provider(row) for row in (await conn.execute(query)).mappings()]
    now: datetime = (await conn.execute(select(func.clock_timestamp()))).scalar_one()
    return found, now


async def keep(conn: AsyncConnection, changed: Provider) -> None:
    """Write a locked provider."""
    await conn.execute(
        update(provider)
        .where(provider.c.name == changed.name)
        .values(
            flow=changed.flow,
            rate=changed.rate,
            ceiling=changed.ceiling,
            answers=changed.answers,
            blames=list(changed.blames),
            reply=changed.reply,
            changed_at=changed.changed_at,
            troubled_at=changed.troubled_at,
        )
    )


async def forget_calm(conn: AsyncConnection) -> None:
    """Forget those that flow and gave no trouble for a day."""
    long_ago = func.now() - FORGOTTEN_AFTER
    await conn.execute(
        delete(provider).where(
            provider.c.flow == Flow.FLOWING,
            provider.c.troubled_at < long_ago,
            provider.c.changed_at < long_ago,
        )
    )


async def note_resumed(conn: AsyncConnection, name: str, who: str, why: str) -> None:
    """Write down who let mail go again, and why (F4)."""
    values = {"resumed_by": who, "resumed_why": why}
    await conn.execute(update(provider).where(provider.c.name == name).values(values))


async def hurry(conn: AsyncConnection, name: str) -> None:
    """Let the mails to a provider that we held back be due now, and those that it put off blaming us.

    Whoever was answered 4xx keeps the time that was named, or its step: of 5xx only a blame is deferred.
    """
    held = delivery.c.reply.in_([held_as_paused(name), held_in_line(name)])
    blamed = (delivery.c.state == State.DEFERRED) & delivery.c.reply.startswith("5")
    domain = func.split_part(mail.c.address, "@", 2)
    await conn.execute(
        update(delivery)
        .where(
            delivery.c.mail_id == mail.c.mail_id,
            delivery.c.due_at > func.now(),
            delivery.c.due_at < func.now() + FORGOTTEN_AFTER,
            domain.in_(domains_of(name)),
            held | blamed,
        )
        .values(due_at=func.now())
    )


def _provider(row: RowMapping) -> Provider:
    given = dict(row)
    return Provider(**{**given, "flow": Flow(given["flow"]), "blames": tuple(given["blames"])})
