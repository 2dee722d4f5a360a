"""Compose a leased mail with what its address still wants, or say why it cannot go."""

import asyncio
from collections import OrderedDict
from functools import partial
from uuid import UUID

from services.sender.adapters import editions
from services.sender.adapters.dkim import Signer
from services.sender.adapters.leasing import Leased
from services.sender.adapters.mailbox import records
from services.sender.domain.compose import Composer
from services.sender.domain.edition import Edition, EditionMail, Letter, UnknownSection
from services.sender.domain.envelope import Unwritable
from services.sender.domain.replies import Verdict
from services.sender.domain.states import Input
from services.sender.domain.suppression import letter_may_go, remaining
from services.sender.use_cases.outage import when_it_answers
from shared.persistence.database import Database

EDITIONS_KEPT = 8

_SUPPRESSED = Verdict(Input.SUPPRESS, reply="nothing in it may be sent to this address any more")


class MailWriter:
    """Writes mails, signed if there is a signer; knows the texts of the last few editions."""

    def __init__(self, database: Database, composer: Composer, signer: Signer | None = None) -> None:
        self._database = database
        self._composer = composer
        self._signer = signer
        self._editions: OrderedDict[UUID, Edition] = OrderedDict()
        self._loading = asyncio.Lock()

    async def write(self, leased: Leased) -> bytes | Verdict:
        """Return the message, or the verdict when there is nothing to send."""
        message = await self._compose(leased)
        if self._signer is None or isinstance(message, Verdict):
            return message
        return self._signer.sign(message, leased.mail.to.recorded_at)

    async def _compose(self, leased: Leased) -> bytes | Verdict:
        scopes = leased.scopes.split("\n") if leased.scopes else []
        try:
            if not isinstance(leased.mail, EditionMail):
                if not letter_may_go(scopes):
                    return _SUPPRESSED
                return self._composer.letter_mail(leased.mail, await self._attached(leased.mail.letter))
            known = self._editions.get(leased.mail.edition_id)
            edition = known or await self._edition(leased.mail.edition_id)
            sections = remaining(leased.mail.sections_of(edition), scopes)
            if not sections:
                return _SUPPRESSED
            return self._composer.edition_mail(leased.mail, edition, sections)
        except (UnknownSection, Unwritable) as problem:
            return Verdict(Input.REFUSE, reply=str(problem))

    async def _attached(self, letter: Letter) -> bytes:
        if not letter.attached:
            return b""
        return await when_it_answers(partial(self._content, UUID(letter.attached)))

    async def _content(self, message: UUID) -> bytes:
        async with self._database.begin() as conn:
            return await records.content_of(conn, message) or b""

    async def _edition(self, edition_id: UUID) -> Edition:
        async with self._loading:
            if edition_id not in self._editions:
                self._editions[edition_id] = await when_it_answers(partial(self._load, edition_id))
                while len(self._editions) > EDITIONS_KEPT:
                    self._editions.popitem(last=False)
            return self._editions[edition_id]

    async def _load(self, edition_id: UUID) -> Edition:
        async with self._database.begin() as conn:
            return await editions.load(conn, edition_id)
