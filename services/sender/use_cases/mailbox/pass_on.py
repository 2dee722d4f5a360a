"""Pass an answer on to the desk, with the orders of the mail that is answered (A1)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncConnection

from services.sender.adapters import recording
from services.sender.adapters.mailbox.sent import Sent, sections_in
from services.sender.adapters.recording import NewMail
from services.sender.domain.mailbox.correspondence import Correspondence
from services.sender.domain.mailbox.effects import Proof
from services.sender.domain.mailbox.own_addresses import OwnAddresses
from services.sender.domain.mailbox.passing_on import letter_to_desk
from shared.addresses import address_hash

PURPOSE = "answer-passed-on"


@dataclass(frozen=True)
class PassOn:
    """``address``: where the desk gets answers, normalized; empty: they stay in the mailbox."""

    address: str
    secret: bytes

    def takes(self, writer: str, answered: Sent | None) -> bool:
        """Whether an answer goes to the desk: not what the desk says, or what says that the desk has a mail.

        A case system acknowledges whatever it gets, so these would go in a circle.
        """
        if not self.address or answered is None or OwnAddresses(self.address).take(writer):
            return False
        went_there = answered.address_hash == address_hash(self.secret, self.address)
        return not went_there and answered.purpose != PURPOSE

    async def __call__(
        self,
        conn: AsyncConnection,
        message_id: UUID,
        said: Correspondence,
        answers: tuple[Sent, Proof],
        at: datetime,
        *,
        attach: bool,
    ) -> None:
        """Put the mail to the desk into the ledger, once for each message."""
        sent, proof = answers
        sections = await sections_in(conn, sent)
        letter = letter_to_desk(said, sections, proof, attached=str(message_id) if attach else "")
        key = f"mailbox-{message_id}"
        new = NewMail(
            mail_id=uuid5(NAMESPACE_URL, f"urn:onsdag:message:{key}"),
            address=self.address,
            address_hash=address_hash(self.secret, self.address),
            language="sv",
            readers=(),
            writable=True,
        )
        await recording.record_letter(conn, new, key=key, purpose=PURPOSE, letter=asdict(letter), at=at)
