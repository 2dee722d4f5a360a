"""Hand over: one connection to the relay, one mail at a time, the intent committed before each."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Protocol
from uuid import UUID

import structlog

from services.sender.adapters import ledger
from services.sender.adapters.leasing import GivenBack, Leased, bare_connection, give_back
from services.sender.adapters.ledger import Told
from services.sender.adapters.route import LONGEST_LOOK, Line, Routes, until
from services.sender.adapters.smtp import AnswerLost, NotHandedOver, RouteProblem
from services.sender.domain.edition import LetterMail
from services.sender.domain.envelope import wire
from services.sender.domain.refusing import FAILOVERS
from services.sender.domain.replies import Verdict, judge, one_line
from services.sender.domain.retry import pause_after_break
from services.sender.domain.states import Input, State
from services.sender.use_cases.compose_mail import MailWriter
from services.sender.use_cases.group_commit import GroupCommit
from services.sender.use_cases.outage import when_it_answers
from services.sender.use_cases.outgoing import Outgoing
from services.sender.use_cases.stages import spent
from services.sender.use_cases.watch_providers import ProviderWatch
from shared.persistence.database import Database
from shared.sending_limits import provider_of

log = structlog.get_logger(__name__)

ReturnPath = Callable[[UUID], bytes]
"""The address that a mail comes back to if it cannot be delivered (``domain.mailbox.return_path``)."""


class Lease(Protocol):
    """What the process holds its mails by."""

    @property
    def token(self) -> int: ...

    def holds(self) -> bool:
        """Whether the time of the lease is not over yet."""
        ...


WAIT_FOR_A_RELAY = timedelta(minutes=1)
_NO_RELAY = "no relay at hand takes addresses beyond ASCII"
IDLE_SECONDS = 5.0
"""How long a connection with nothing to do is kept."""


@dataclass
class Hand:
    """Hands mails over until there are no more. Holds at most one mail whose fate is open."""

    database: Database
    writer: MailWriter
    routes: Routes
    watch: ProviderWatch
    return_path: ReturnPath
    lease: Lease
    commits: GroupCommit
    outgoing: Outgoing
    stop: asyncio.Event
    messages_per_connection: int
    _line: Line | None = None
    _told: list[Told] = field(default_factory=list)
    """What became of the last mail, not yet committed: it goes with the next intent."""

    async def work(self) -> None:
        """Work until the outgoing mails are closed."""
        try:
            while leased := await self._next():
                await self._deliver(leased)
            await self._tell()
        finally:
            await self._hang_up()

    async def _next(self) -> Leased | None:
        if not self.outgoing.empty():
            return await self.outgoing.take()
        await self._tell()
        with spent("wait"):
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    return await self.outgoing.take()
            except TimeoutError:
                await self._hang_up()
            return await self.outgoing.take()

    async def _deliver(self, leased: Leased) -> None:
        connected = await self._connected(leased)
        if connected is None:
            return
        line, leased = connected
        ready = await self._begin(leased)
        self.outgoing.let_go(leased)
        if ready is None:
            self.routes.allowance.give(line.route.name)
            return
        leased, message = ready
        verdict = await self._submit(line, leased, message)
        self._told = [Told(leased.mail_id, verdict, leased.scopes)]

    async def _begin(self, leased: Leased) -> tuple[Leased, bytes] | None:
        """Commit that the mail is about to be submitted; return it as it may go, if it may."""
        while True:
            with spent("compose"):
                message = await self.writer.write(leased)
            if isinstance(message, Verdict):
                self._told.append(Told(leased.mail_id, message, leased.scopes))
                return None
            told, self._told = self._told, []
            with spent("commit"):
                begun = await self.commits.exchange(told, leased)
            if begun:
                return leased, message
            seen = await when_it_answers(partial(self._look, leased.mail_id))
            if seen is None:
                return None
            state, scopes = seen
            if state is State.SUBMITTING:
                self._told = [Told(leased.mail_id, Verdict(Input.UNSENT))]
                return None
            leased = replace(leased, scopes=scopes)

    async def _look(self, mail_id: UUID) -> tuple[State, str] | None:
        async with bare_connection(self.database) as conn:
            return await ledger.look(conn, self.lease.token, mail_id)

    async def _submit(self, line: Line, leased: Leased, message: bytes) -> Verdict:
        try:
            with spent("smtp"):
                reply = await line.connection.send(
                    self.return_path(leased.mail_id),
                    wire(leased.mail.to.address),
                    message,
                    self.lease.holds,
                )
        except NotHandedOver as problem:
            return await self._unsent(line, leased, problem)
        except AnswerLost as problem:
            line.route.trouble(problem)
            return Verdict(Input.LOSE, reply=one_line(str(problem)))
        # a connection that broke is no answer of the recipient's server
        verdict = judge(reply, leased.deferrals + 1, leased.waited)
        refuses = self.watch.heard(line.route.name, provider_of(leased.mail.to.address), verdict)
        if verdict.input is Input.UNSENT or (refuses and leased.attempts < FAILOVERS):
            return await self._unsent(line, leased, RouteProblem(verdict.reply))
        line.route.works()
        return verdict

    async def _unsent(self, line: Line, leased: Leased, problem: RouteProblem) -> Verdict:
        """The relay is in trouble: it rests, and the mail goes when and where it can."""
        line.route.trouble(problem)
        await self._hang_up()
        return Verdict(Input.UNSENT, pause_after_break(leased.attempts + 1), one_line(str(problem)))

    async def _connected(self, leased: Leased) -> tuple[Line, Leased] | None:
        """Return a line with leave for a mail, and the mail; None when it is not to be begun now.

        While there is none, a one-to-one mail that came may take the mail's place.
        """
        while True:
            letter = isinstance(leased.mail, LetterMail)
            line, wait = await self._find_line(letter=letter)
            if line:
                able = await self._able(line, leased)
                return (able, leased) if able else None
            with spent("connect"):
                await until(self.stop, min(wait, LONGEST_LOOK))
            if self.stop.is_set():
                self.outgoing.not_begun(leased)
                return None
            leased = self.outgoing.rather(leased)

    async def _find_line(self, *, letter: bool) -> tuple[Line | None, float]:
        """Return a line with leave for one mail, or how many seconds to wait before looking again."""
        if line := self._usable_line():
            wait = await when_it_answers(partial(self.routes.leave, line, letter=letter))
            if not wait:
                return line, 0.0
            await self._tell()
            if other := await when_it_answers(partial(self.routes.another, line, letter=letter)):
                await self._hang_up()
                self._line = other
            return other, wait
        await self._tell()
        await self._hang_up()
        with spent("connect"):
            self._line, wait = await when_it_answers(partial(self.routes.open, letter=letter))
        return self._line, wait

    async def _able(self, line: Line, leased: Leased) -> Line | None:
        """Return a line to a relay that takes the address; None if the mail was given back to wait for one.

        When there is no such relay at all, the one at hand may refuse the mail.
        """
        if line.connection.takes(leased.mail.to.address) or self.routes.all_ascii:
            return line
        await self._tell()
        self.routes.allowance.give(line.route.name)
        letter = isinstance(leased.mail, LetterMail)
        if other := await when_it_answers(partial(self.routes.beyond_ascii, line, letter=letter)):
            await self._hang_up()
            self._line = other
            return other
        await when_it_answers(
            partial(self._give_back, GivenBack(leased.mail_id, WAIT_FOR_A_RELAY, _NO_RELAY))
        )
        self.outgoing.let_go(leased)
        return None

    async def _give_back(self, mail: GivenBack) -> None:
        async with bare_connection(self.database) as conn:
            await give_back(conn, self.lease.token, [mail])

    def _usable_line(self) -> Line | None:
        line = self._line
        if line and line.connection.usable and line.connection.delivered < self.messages_per_connection:
            return line
        return None

    async def _tell(self) -> None:
        if self._told:
            told, self._told = self._told, []
            with spent("commit"):
                await self.commits.exchange(told, None)

    async def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line:
            await line.close()
