"""Settings of text messages (D7)."""

from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from services.sender.adapters.texts.http_gateway import Description
from services.sender.domain.texts.hours import Daytime, Hours
from shared.settings import ServiceSettings


class TextSettings(ServiceSettings):
    """How the sender sends texts, and when."""

    model_config = SettingsConfigDict(hide_input_in_errors=True)
    """URLs hold passwords."""

    sms_url: str = Field(
        default="",
        description="The gateway for texts: `elks+https://user:password@api.46elks.com/a1/sms`, "
        "`smpp://user:password@host[:port]` (or `smpps://`), or `https://…` as `ONSDAG_SMS_HTTP` describes "
        "it. Empty: no texts are sent.",
        repr=False,
    )
    sms_http: Description = Field(
        default=Description(),
        description="How a gateway at an `https://` address is asked, as JSON: `method`, `headers`, `body` "
        "(an object with the placeholders {to}, {number}, {from}, {message}, {id}, {callback}, "
        "{valid_seconds} and {valid_minutes} in its values; {id} in those of `headers` too), `form` (send it "
        "as a form), `once` (it takes a text once for each {id}, so what it leaves open is asked again), "
        "`id_at` (where its answer names the text, RFC 6901), and of its reports the fields `report_id` and "
        "`report_status` and the words for `sent`, `delivered` and `failed`.",
        repr=False,
    )
    sms_from: str = Field(
        default="Onsdag",
        description="Sender that phones show: up to 11 letters and digits, or a number in E.164, which can "
        "be answered.",
        pattern=r"^(\+[0-9]{5,15}|[A-Za-z0-9 ]{1,11})$",
    )
    sms_connections: int = Field(
        default=4,
        description="Texts that one process has under way at once. After a crash at most so many are "
        "uncertain.",
        ge=1,
        le=50,
    )
    sms_timeout_seconds: float = Field(
        default=30.0, description="How long to wait for an answer of the gateway.", gt=0
    )
    uncertain_texts: Literal["hold", "resend"] = Field(
        default="hold",
        description="What becomes of a text of which a crash left open whether the gateway has it: `hold` "
        "leaves it to the desk, `resend` sends it again, and the recipient may get it twice.",
    )
    sms_hours: str = Field(
        default="08:00-20:00", description="When texts may go, by the recipient's clock (D7)."
    )
    sms_hours_closed: str = Field(
        default="10:00-18:00", description="The same on weekends and on the recipient's public holidays."
    )
    sms_valid_hours: float = Field(
        default=24.0, description="A text that could not go within this time is not sent any more.", gt=0
    )
    sms_month_cap: int = Field(
        default=8, description="Most texts to one number in a calendar month (D2).", ge=0
    )
    sms_callback_url: str = Field(
        default="",
        description="Where the gateway reaches the sender with delivery reports and answers, without a "
        "slash: `https://sender.example.org`. Empty: no reports are asked for.",
    )

    @field_validator("sms_hours", "sms_hours_closed")
    @classmethod
    def _readable_hours(cls, value: str) -> str:
        Hours.parse(value)
        return value

    @property
    def daytime(self) -> Daytime:
        return Daytime(Hours.parse(self.sms_hours), Hours.parse(self.sms_hours_closed))
