"""Settings of the sender."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from services.sender.adapters.mailbox.imap import Account
from services.sender.domain.mailbox.verdict import Kind
from services.sender.settings_of_routes import RouteSettings
from services.sender.settings_of_texts import TextSettings


class SenderSettings(RouteSettings, TextSettings):
    """What the sender needs to know besides what every service does."""

    model_config = SettingsConfigDict(hide_input_in_errors=True)
    """URLs hold passwords."""

    uncertain_mail: Literal["resend", "hold"] = Field(
        default="resend",
        description="What becomes of a mail of which a crash left open whether the relay has it: `resend` "
        "sends it again with the same Message-ID and Date, `hold` leaves it to the desk.",
    )
    lease_seconds: float = Field(
        default=30.0,
        description="How long a process that gives no sign of life keeps the mails it has taken.",
        gt=0,
    )
    mail_kilobytes: int = Field(
        default=100,
        description="A mail that would be larger (in 1 000 bytes) has only the beginnings of its longest "
        "texts, with links to their web versions. Mail programs cut longer mails off.",
        ge=30,
    )
    web_url: str = Field(
        default="",
        description="Where recipients reach the web versions of texts (`/w/` of the sender), without a "
        "slash. Empty: `ONSDAG_PUBLIC_URL`.",
    )
    bounce_address: str = Field(
        default="",
        description="Where undeliverable mail comes back to, with a tag for each mail: `bounce@example.org` "
        "becomes `bounce+<mail>-<code>@example.org`. Its server must deliver tagged addresses (RFC 5233) to "
        "the mailbox that is read. Empty: `bounce@` and the organisation's domain.",
    )
    imap_url: str = Field(
        default="",
        description="The shared mailbox: `imaps://user:password@host[:port][/folder]`, or `imap://` for "
        "STARTTLS (`?starttls=never` for neither). Empty: it is not read.",
        repr=False,
    )
    imap_seconds: float = Field(default=60.0, description="Pause between two looks into the mailbox.", gt=0)
    imap_folders: str = Field(
        default="bounce=Studsar, complaint=Klagomål, auto-reply=Autosvar",
        description="Folders that messages are moved to, by class (bounce, complaint, unsubscribe, "
        "auto-reply, order, question). A class that is not named stays where it came; unknown always does.",
    )

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
