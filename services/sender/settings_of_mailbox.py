"""Settings of the shared mailbox."""

from collections.abc import Mapping

from pydantic import Field, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from services.sender.adapters.mailbox.imap import Account
from services.sender.adapters.mailbox.lmtp import address_of
from services.sender.domain.mailbox.own_addresses import OwnAddresses
from services.sender.domain.mailbox.verdict import Kind
from shared.addresses import is_deliverable, normalize
from shared.settings import ServiceSettings


class MailboxSettings(ServiceSettings):
    """How what comes back is read, and who gets it."""

    model_config = SettingsConfigDict(hide_input_in_errors=True)
    """URLs hold passwords."""

    bounce_address: str = Field(
        default="",
        description="Where undeliverable mail comes back to, with a tag for each mail: `bounce@example.org` "
        "becomes `bounce+<mail>-<code>@example.org`. Its server must deliver tagged addresses (RFC 5233) to "
        "the mailbox that is read. Empty: `bounce@` and the organisation's domain.",
    )
    imap_url: str = Field(
        default="",
        description="The shared mailbox: `imaps://user:password@host[:port][/folder]`, or `imap://` for "
        "STARTTLS (`?starttls=never` for neither). Read is what comes from the day on before the first look; "
        "`?since=2027-01-31` names another day. Empty: it is not read.",
        repr=False,
    )
    imap_seconds: float = Field(default=60.0, description="Pause between two looks into the mailbox.", gt=0)
    imap_folders: str = Field(
        default="bounce=Studsar, complaint=Klagomål, auto-reply=Autosvar",
        description="Folders that messages are moved to, by class (bounce, complaint, unsubscribe, "
        "auto-reply, order, question). A class that is not named stays where it came; unknown always does.",
    )
    lmtp_listen: str = Field(
        default="",
        description="Where messages are taken by LMTP, as `host:port`: for those whose mail server can push. "
        "It asks for no password, so only that server may reach it. Empty: nowhere.",
    )
    lmtp_megabytes: int = Field(
        default=25, description="Size above which a pushed message is refused (552).", ge=1, le=100
    )
    desk_address: str = Field(
        default="",
        description="Where answers to our mails are passed on to, with the orders that were in the mail: a "
        "case system, say. Not the shared address. Empty: they stay in the mailbox.",
    )
    mailbox_keep_days: int = Field(
        default=90,
        description="How long the words of a message that was received are kept here (F5). What came by LMTP "
        "and waits for people is kept until they have handled it.",
        ge=1,
    )

    @field_validator("lmtp_listen")
    @classmethod
    def _can_listen(cls, value: str) -> str:
        if value:
            address_of(value)
        return value

    @model_validator(mode="after")
    def _no_circle(self) -> "MailboxSettings":
        bounces = self.bounce_address or f"bounce@{self.organisation_address.rpartition('@')[2]}"
        if self.desk_address and OwnAddresses(self.organisation_address, bounces).take(self.desk_address):
            raise ValueError("ONSDAG_DESK_ADDRESS is the mailbox that is read: answers would go in a circle")
        if self.desk_address and not is_deliverable(normalize(self.desk_address)):
            raise ValueError("ONSDAG_DESK_ADDRESS is no address")
        return self

    @model_validator(mode="after")
    def _no_move_on_the_spot(self) -> "MailboxSettings":
        if self.imap_url:
            read = Account.parse(self.imap_url).folder
            same = [each for each in self.mailbox_folders.values() if each.casefold() == read.casefold()]
            if same:
                raise ValueError(f"ONSDAG_IMAP_FOLDERS: {same[0]} is the folder that is read")
        return self

    @field_validator("imap_url")
    @classmethod
    def _readable_mailbox(cls, value: str) -> str:
        if value:
            Account.parse(value)
        return value

    @field_validator("imap_folders")
    @classmethod
    def _known_classes(cls, value: str) -> str:
        _folders(value)
        return value

    @property
    def mailbox_folders(self) -> Mapping[Kind, str]:
        return _folders(self.imap_folders)


def _folders(value: str) -> Mapping[Kind, str]:
    pairs = (part.partition("=") for part in value.split(",") if part.strip())
    found = {Kind(kind.strip()): folder.strip() for kind, _, folder in pairs}
    if Kind.UNKNOWN in found or not all(found.values()):
        raise ValueError("folders are written class=folder, and unknown has none")
    return found
