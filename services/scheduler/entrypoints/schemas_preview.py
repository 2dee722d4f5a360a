"""What previews and simulations are asked and answer."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.scheduler.entrypoints.asked_audience import AudienceAsked
from services.scheduler.entrypoints.schemas import UnheardOf
from shared.contracts.message import Key, Language, Line, OrderClass

_EDITION = "019c9a6e-5b7c-7d2a-9f3e-2a64c1f0b7aa"
_ORDER = "019c9a6e-5b7c-7d2a-9f3e-2a64c1f0b7ab"
_OTHER = "019c9a6e-5b7c-7d2a-9f3e-2a64c1f0b7ac"


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class OrderInPreview(Answer):
    """An order's share, in people. ``ordered`` is ``recipients`` and ``excluded`` together."""

    order_id: UUID = Field(examples=[_ORDER])
    title: str = Field(examples=["Handlingar till årsmötet"])
    unit_name: str = Field(examples=["Medlemsavdelningen"])
    order_class: str = Field(examples=["duty"])
    position: int = Field(examples=[1], description="Place in the mails, from 1.")
    ordered: int = Field(examples=[5830])
    recipients: int = Field(examples=[5518])
    together: int = Field(examples=[4020], description="Recipients who get another order in the same mail.")
    excluded: dict[str, int] = Field(examples=[{"missing_address": 290, "opted_out": 22}])


class Collision(Answer):
    """Two orders and how many people get both: merging these two alone saves as many mails (A6)."""

    order_ids: tuple[UUID, UUID] = Field(examples=[[_ORDER, _OTHER]])
    people: int = Field(examples=[3120])


class KindOfMail(Answer):
    """Mails with the same sections in the same language."""

    order_ids: list[UUID] = Field(examples=[[_ORDER, _OTHER]])
    language: str = Field(examples=["sv"])
    mails: int = Field(examples=[41])
    bytes: int = Field(examples=[18400], description="Estimated, of each.")
    example: int = Field(examples=[4711], description="One of them: `after` one less shows it by name.")


class SendingLimit(Answer):
    scope: Literal["engine", "relay", "domain"] = Field(examples=["relay"])
    mails: int = Field(examples=[20_000])
    period: str = Field(examples=["hour"])
    domain: str = Field(
        examples=[""],
        description="A provider with several goes by its name, as `google`. `*`: each "
        "that has no limit of its own.",
    )


class Burden(Answer):
    """What the mails mean to a limit."""

    limit: SendingLimit
    mails: int = Field(examples=[61_000], description="Mails that fall under it.")
    seconds: float = Field(examples=[7740.0])
    domain: str = Field(examples=[""], description="The recipient domain or provider that decides.")


class Sending(Answer):
    """The expected duration at the permitted rates. Nothing binds when no limit makes a mail wait."""

    seconds: float = Field(examples=[7740.0])
    binding: Burden | None
    burdens: list[Burden] = Field(description="Every limit, the slowest first.")


class WednesdayFigures(Answer):
    """What a Wednesday would come to, as of that day. No names."""

    day: date = Field(examples=[date(2026, 3, 4)], description="Assignments count that are valid then.")
    orders: list[OrderInPreview]
    ordered: int = Field(examples=[22600], description="(order, person) that the orders name.")
    pairs: int = Field(examples=[21480], description="(order, person) that are reached: mails if unmerged.")
    mails: int = Field(examples=[6902], description="One for each address (A6).")
    saved: int = Field(examples=[14578], description="Mails that merging spares.")
    saved_percent: float = Field(examples=[67.9])
    excluded: dict[str, int] = Field(examples=[{"missing_address": 980, "opted_out": 140}])
    colliding_pairs: int = Field(examples=[21], description="Pairs of orders that share somebody.")
    collisions: list[Collision] = Field(description="At most 100 of them, the largest first.")
    by_sections: dict[int, int] = Field(examples=[{"1": 2400, "2": 3100, "3": 1402}])
    fullest: KindOfMail | None = Field(description="The worst case: the most sections in one mail.")
    biggest: list[KindOfMail]
    too_big: int = Field(examples=[0], description="Mails above the limit: they will carry teasers.")
    total_bytes: int = Field(examples=[92_400_000], description="Estimated, of all mails.")
    domains: dict[str, int] = Field(
        examples=[{"gmail.com": 3100}], description="Mails by recipient domain, the 20 most common."
    )
    sending: Sending


class OrderChange(Answer):
    order_id: UUID = Field(examples=[_ORDER])
    before: int | None = Field(examples=[5490], description="Recipients; none when it was not there.")
    now: int | None = Field(examples=[5518], description="None when it is not there any more.")
    joined: int = Field(examples=[31])
    left: int = Field(examples=[3])


class Changes(Answer):
    """The difference to the preview before. Orders whose recipients are the same are left out."""

    since: datetime
    made_by: str = Field(examples=["desk@example.org"])
    mails_before: int = Field(examples=[6880])
    pairs_before: int = Field(examples=[21420])
    orders: list[OrderChange]


class AudienceSinceAcceptance(Answer):
    """How the people of an order moved since it was accepted, at the last look; without contact pressure."""

    order_id: UUID = Field(examples=[_ORDER])
    accepted_at: datetime
    accepted: int = Field(examples=[5501], description="Recipients estimated then.")
    looked_at: datetime
    recipients: int = Field(examples=[5518])
    joined: int = Field(examples=[40])
    left: int = Field(examples=[23])
    moved_percent: float = Field(examples=[1.1])
    warned_at: datetime | None = Field(
        examples=[None], description="When the desk was warned that it moved more than the set share."
    )


class PreviewAnswer(WednesdayFigures):
    """A preview of an edition that has not left: what its freeze would decide, or has decided."""

    edition_id: UUID = Field(examples=[_EDITION])
    wednesday: date = Field(examples=[date(2026, 3, 4)])
    warning: str = Field(examples=[""], description="What to beware of on the day, a half day for example.")
    frozen_at: datetime | None = Field(description="If set, these are the mails that were decided then.")
    made_at: datetime
    made_by: str = Field(examples=["desk@example.org"], description="`freeze`: nobody asked for it.")
    capacity: int | None = Field(examples=[60_000], description="Most mails; none: no limit.")
    over_capacity: int | None = Field(examples=[0], description="Mails above it.")
    changes: Changes | None = Field(description="None for an edition's first preview.")
    audiences: list[AudienceSinceAcceptance]


class SectionForReader(Answer):
    order_id: UUID = Field(examples=[_ORDER])
    roles: list[str] = Field(examples=[["ordförande, Malmö"]])


class MailReader(Answer):
    person_id: str = Field(examples=["P100234"])
    name: str = Field(examples=["Anna Exempelsson"])
    sections: list[SectionForReader]


class MailInPreview(Answer):
    """One mail as it would be. ``order_ids`` are its sections in order."""

    address: str = Field(examples=["anna@example.org"])
    language: str = Field(examples=["sv"])
    order_ids: list[UUID] = Field(examples=[[_ORDER]])
    readers: list[MailReader]


class MailPage(Answer):
    mails: list[MailInPreview]
    next: int | None = Field(examples=[4711], description="``after`` of the next page, if there is one.")


class OrderPreview(Answer):
    """What one order would come to on its Wednesday if it were alone: no contact pressure."""

    order_id: UUID = Field(examples=[_ORDER])
    edition_id: UUID = Field(examples=[_EDITION])
    wednesday: date = Field(examples=[date(2026, 3, 4)])
    ordered: int = Field(examples=[5830])
    recipients: int = Field(examples=[5518])
    mails: int = Field(examples=[5490])
    excluded: dict[str, int] = Field(examples=[{"missing_address": 290, "opted_out": 22}])
    since_acceptance: AudienceSinceAcceptance | None
    unheard_of: list[UnheardOf] = Field(description="Names that the register does not know any more, or yet.")


class Draft(BaseModel):
    """An order that is only thought of. ``bytes`` of text stand for the text itself."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[Line, Field(min_length=1)] = Field(examples=["Inbjudan till vårmötet"])
    unit_id: Key = Field(examples=["1280"], description="Whose opt-outs count.")
    order_class: OrderClass = Field(examples=["information"])
    audience: AudienceAsked
    bytes: Annotated[dict[Language, int], Field(min_length=1)] = Field(
        examples=[{"sv": 1800}], description="Size of the text in each language."
    )

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        if not all(1 <= size <= 1_000_000 for size in self.bytes.values()):
            raise ValueError("a text has between 1 and 1 000 000 bytes")
        return self


class SimulationRequest(BaseModel):
    """Which orders to put together on which day."""

    model_config = ConfigDict(extra="forbid")

    day: date = Field(examples=[date(2026, 3, 4)], description="Assignments count that are valid then.")
    orders: Annotated[list[UUID], Field(max_length=200)] = Field(default=[], examples=[[_ORDER]])
    drafts: Annotated[list[Draft], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.orders and not self.drafts:
            raise ValueError("name at least one order or draft")
        if len(set(self.orders)) < len(self.orders):
            raise ValueError("an order can be named only once")
        return self
