"""Watch the providers: count their answers, slow down, pause and call a person, all processes together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic

import structlog
from prometheus_client import Gauge
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters import buckets, providers
from services.sender.adapters.leasing import bare_connection
from services.sender.adapters.providers import Restraints
from services.sender.domain.providers import Flow, Provider, Seen, notice
from services.sender.domain.refusing import Refusals
from services.sender.domain.replies import Verdict, without_addresses
from services.sender.domain.states import Input
from shared.clock import Clock
from shared.contracts.sender import ProviderPaused, SendMessage
from shared.messaging.outbox import Outbox
from shared.persistence.database import Database
from shared.sending_limits import domains_of

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
_LET_THROUGH = Verdict(Input.ACCEPT)
PACE = Gauge("onsdag_provider_pace", "Mails a second to a provider in trouble; 0: paused", ["provider"])


@dataclass
class _Tally:
    """Answers of one provider since the last look."""

    answers: int = 0
    troubled: int = 0
    blames: list[int] = field(default_factory=list)
    reply: str = ""


@dataclass
class ProviderWatch:
    """Counts in memory; writes once a second, and only of providers that gave trouble lately."""

    database: Database
    outbox: Outbox
    clock: Clock
    restraints: Restraints
    desk: str
    """Whose address a pause is told to."""
    _tallies: dict[str, _Tally] = field(default_factory=dict)
    _refusals: Refusals = field(default_factory=Refusals)
    _since: float = field(default_factory=monotonic)
    _resumed: frozenset[str] = frozenset()
    """Those that this process held mail back for until its last look: at the next, that mail is due."""

    def heard(self, relay: str, provider: str, verdict: Verdict) -> bool:
        """Count an answer; return whether the relay refuses us, whoever the recipient is.

        Else the relay let the mail through to its provider, and the answer is the provider's.
        """
        if verdict.input is Input.UNSENT or self._refusals.by_relay(relay, provider, verdict):
            self._count(relay, verdict)
            return True
        self._count(relay, _LET_THROUGH)
        self._count(provider, verdict)
        return False

    def _count(self, name: str, verdict: Verdict) -> None:
        tally = self._tallies.get(name)
        if tally is None:
            tally = self._tallies[name] = _Tally()
        tally.answers += 1
        if verdict.troubled:
            tally.troubled += 1
        if verdict.blames_us:
            tally.blames.append(tally.answers)
        if verdict.troubled or verdict.blames_us:
            tally.reply = without_addresses(verdict.reply)

    async def look(self) -> None:
        """Write down what was counted, decide, and learn what other processes know.

        What a failed look counted is forgotten: trouble that lasts is seen again.
        """
        tallies, self._tallies = self._tallies, {}
        since, self._since = self._since, monotonic()
        seconds = self._since - since
        async with self.database.begin() as conn:
            for name in self._resumed:
                await providers.hurry(conn, name)
            known = await providers.all_known(conn)
            slowed = {each.name for each in known if each.flow is Flow.SLOWED}
            counted = {
                name
                for name, tally in tallies.items()
                if tally.troubled or tally.blames or name in self.restraints.watched
            }
            if concerned := slowed | counted:
                await self._judge(conn, {name: _seen(tallies.get(name), seconds) for name in concerned})
                known = await providers.all_known(conn)
        paused = self.restraints.paused
        self._know(known)
        self._resumed = paused - self.restraints.paused

    async def _judge(self, conn: AsyncConnection, seen: Mapping[str, Seen]) -> None:
        found, now = await providers.lock(conn, seen)
        for before in found:
            after = notice(before, seen[before.name], now)
            if after == before:
                continue
            await providers.keep(conn, after)
            if after.flow is Flow.PAUSED and before.flow is not Flow.PAUSED:
                await self._call(conn, after)
            elif after.rate != before.rate:
                log.warning("provider_pace", provider=after.name, rate=after.rate, reply=after.reply)

    async def _call(self, conn: AsyncConnection, paused: Provider) -> None:
        """Call a person: nothing more goes there until somebody has looked."""
        said = ProviderPaused(
            provider=paused.name,
            domains=domains_of(paused.name),
            blamed=paused.blamed,
            reply=paused.reply,
            at=self.clock.now(),
        )
        await self.outbox.add(conn, said)
        await self.outbox.add(conn, notice_to_desk(said, self.desk))
        log.error("provider_paused", provider=paused.name, blamed=paused.blamed, reply=paused.reply)

    def _know(self, known: list[Provider]) -> None:
        gone = (self.restraints.paused | self.restraints.paces.keys()) - {
            each.name for each in known if each.flow is not Flow.FLOWING
        }
        for name in gone:
            PACE.remove(name)
        self.restraints.know(known)
        for each in known:
            if each.flow is not Flow.FLOWING:
                PACE.labels(provider=each.name).set(each.rate or 0)


def _seen(tally: _Tally | None, seconds: float) -> Seen:
    if tally is None:
        return Seen(0, seconds)
    return Seen(tally.answers, seconds, tally.troubled, tally.blames, tally.reply)


def notice_to_desk(paused: ProviderPaused, desk: str) -> SendMessage:
    """Return the mail that tells the desk."""
    return SendMessage(
        key=f"provider-paused:{paused.provider[:150]}:{paused.at:%Y-%m-%dT%H:%M:%S}",
        to=desk,
        subject=f"Utskicken till {paused.provider} är stoppade",
        markdown=_NOTICE.format(paused=paused, domains=", ".join(paused.domains)),
        purpose="provider-paused",
    )


_NOTICE = """{paused.blamed} av de senaste 200 svaren från {paused.provider} ({domains}) säger att felet är
vårt: inloggning, regler eller rykte. Därför skickas inget mer dit. Ingen mottagare är spärrad, och
mejlen väntar.

Det senaste svaret:

    {paused.reply}

Be den som sköter e-posten att rätta till det. Släpp sedan på utskicken med
`POST /api/v1/routes/{paused.provider}/resume` och en rad om vad som gjordes.
"""


@dataclass(frozen=True)
class ForgetProviders:
    """A sweeper: those that flow and gave no trouble for a day, and the buckets that are full again."""

    database: Database

    async def __call__(self) -> None:
        async with self.database.begin() as conn:
            await providers.forget_calm(conn)
        async with bare_connection(self.database) as bare:
            await buckets.forget_full(bare)
