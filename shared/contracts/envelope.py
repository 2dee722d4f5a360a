"""The envelope of every message: CloudEvents 1.0 in structured JSON mode."""

from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.message import Message, Moment

CONTENT_TYPE = "application/cloudevents+json"

T = TypeVar("T", bound=Message)


class Envelope(BaseModel, Generic[T]):
    """What is said of a message besides the message itself.

    Attribute names without separators, as CloudEvents asks. ``correlationid`` is the id of the first
    message of a chain, ``causationid`` that of the one directly before, ``traceparent`` is W3C's.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str = Field(min_length=1, examples=["/onsdag/intake"])
    type: str = Field(min_length=1, examples=["intake.order.accepted.v1"])
    time: Moment
    datacontenttype: Literal["application/json"] = "application/json"
    correlationid: UUID
    causationid: UUID | None = None
    traceparent: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
    )
    data: T


def header_of(envelope: dict[str, Any]) -> dict[str, Any]:
    """Return an envelope without its data, for a log or a list of dead letters."""
    return {name: value for name, value in envelope.items() if name != "data"}
