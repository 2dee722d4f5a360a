"""Find the mail that a message is about, and how surely."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters.mailbox.sent import Sent, find_sent
from services.sender.domain.mailbox.addresses import one_spelling
from services.sender.domain.mailbox.classify import Examined
from services.sender.domain.mailbox.effects import Proof
from services.sender.domain.mailbox.return_path import MailTags, ReturnPaths


@dataclass(frozen=True)
class FindMail:
    """``domain``: that of our Message-IDs. Nothing is looked up before a code is checked."""

    paths: ReturnPaths
    tags: MailTags
    domain: str

    async def __call__(self, conn: AsyncConnection, examined: Examined) -> tuple[Sent | None, Proof]:
        """Return the mail with the surest proof that there is, None with *nothing*."""
        told = examined.verdict.references
        for mail_id in map(self.paths.read, told.return_paths):
            if mail_id and (sent := await find_sent(conn, mail_id)):
                return sent, Proof.PATH
        for mail_id in map(self.tags.read, told.tags):
            if mail_id and (sent := await find_sent(conn, mail_id)):
                return sent, Proof.TAG
        for mail_id in map(self._number, told.message_ids):
            if mail_id and (sent := await find_sent(conn, mail_id)):
                own = one_spelling(examined.correspondence.writer) == one_spelling(sent.address)
                return sent, Proof.REPLY if own else Proof.CLAIMED
        return None, Proof.NOTHING

    def _number(self, message_id: str) -> UUID | None:
        written, _, domain = message_id.rpartition("@")
        try:
            return UUID(written) if domain.lower() == self.domain else None
        except ValueError:
            return None
