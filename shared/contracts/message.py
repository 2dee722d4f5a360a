"""What all messages have in common, and the types that their fields are made of."""

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Language = Literal["sv", "en", "da", "no"]
"""Languages that recipients read, Swedish first."""

OrderClass = Literal["duty", "information", "appeal"]
"""duty: an assignment holder must know. information and appeal: can be opted out of."""

Key = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]*$"),
]
"""What something is known by, without control characters: a NUL fails the SQL of a whole batch."""

AssignmentType = Annotated[Key, StringConstraints(to_lower=True)]
"""The name of a type of assignment; capitals make no difference. It can stand in a Line."""

Attribute = AssignmentType
"""The name of an agreement, an occupational group or a kind of unit; capitals make no difference."""

Urgency = Literal["urgent", "normal"]
"""urgent: before the other orders of its class."""

Line = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\r\n\x00]*$")]
"""One line of text: no CR, LF or NUL, so that it can stand in a mail header."""

Text = Annotated[str, StringConstraints(max_length=200_000, pattern=r"^[^\x00]*$")]
RawAddress = Annotated[str, StringConstraints(max_length=320, pattern=r"^[^\r\n\x00]*$")]
"""An address as the CRM holds it, which may be broken."""

AddressHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""Hexadecimal HMAC-SHA256 of a normalized address (F3)."""

Moment = AwareDatetime
Version = Annotated[int, Field(ge=0, le=2**62)]
"""Grows with each change of a thing in the CRM; an event with a lower or equal one changes nothing."""


class Part(BaseModel):
    """A piece of a message. Unknown fields are ignored: a newer sender may have added an optional one."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Message(Part):
    """The data of an event or command. ``TYPE`` is its routing key as well."""

    TYPE: ClassVar[str]

    @classmethod
    def producer(cls) -> str:
        """The first word of the type: the service whose exchange carries the message."""
        return cls.TYPE.partition(".")[0]
