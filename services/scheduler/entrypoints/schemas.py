"""What the API answers."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.scheduler.domain.unheard import FIELDS, sentence

_WEDNESDAY = date(2026, 3, 4)
_EDITION = "019c9a6e-5b7c-7d2a-9f3e-2a64c1f0b7aa"
_ORDER = "019c9a6e-5b7c-7d2a-9f3e-2a64c1f0b7ab"


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class UnheardOf(Answer):
    """A name of the audience that nobody has heard of here. It reaches nobody."""

    field: str = Field(examples=["agreements"])
    name: str = Field(examples=["kommunal hök"])
    sentence: str = Field(examples=["Ingen har avtalet ”kommunal hök”."])


def unheard(found: Iterable[tuple[str, str]]) -> list[UnheardOf]:
    """Return names that nobody has heard of, given as (field, name), with a sentence for each."""
    return [
        UnheardOf(field=FIELDS.get(what, what), name=name, sentence=sentence(what, name))
        for what, name in found
    ]


class OrderOnEdition(Answer):
    """An order's share in an edition, in people. ``ordered`` is ``recipients`` and ``excluded`` together."""

    order_id: UUID = Field(examples=[_ORDER])
    title: str = Field(examples=["Handlingar till årsmötet"])
    unit_name: str = Field(examples=["Medlemsavdelningen"])
    order_class: str = Field(examples=["duty"])
    position: int | None = Field(examples=[1], description="Place in the mails; none before the freeze.")
    withdrawn: bool = Field(examples=[False])
    ordered: int = Field(examples=[5830], description="People whom the order names.")
    recipients: int = Field(examples=[5518], description="People who get it.")
    excluded: dict[str, int] = Field(examples=[{"missing_address": 290, "opted_out": 22}])
    together: int | None = Field(
        examples=[4020], description="Recipients who got another order in the same mail, once it has left."
    )
    saved: float | None = Field(
        examples=[3015.5],
        description="Its share of the mails that merging spared, once it has left: the shares add up (A6).",
    )


class EditionSummary(Answer):
    edition_id: UUID = Field(examples=[_EDITION])
    wednesday: date = Field(examples=[_WEDNESDAY])
    state: str = Field(examples=["released"])
    freeze_at: datetime
    undo_from: datetime = Field(description="From then until ``release_at`` it can be called off.")
    release_at: datetime
    pairs: int = Field(examples=[21480], description="(order, person): the mails there would be unmerged.")
    mails: int = Field(examples=[6902], description="Planned mails, one for each address (A6).")
    saved_percent: float = Field(
        examples=[67.9],
        description="Of the mails there would be unmerged. If stopped, of what left; if parked, 0.",
    )
    orders: int = Field(examples=[7], description="Orders on it that are not withdrawn.")
    excluded: dict[str, int] = Field(
        examples=[{"missing_address": 980, "opted_out": 140}], description="(order, person) left out."
    )
    outcomes: dict[str, int] = Field(
        examples=[{"accepted": 6890, "failed": 12}], description="Mails by what is known of their delivery."
    )


class DeliveryProgress(Answer):
    """How far the sender is, as it last said (``at``). ``rate`` in accepted mails a second."""

    at: datetime
    prepared: int = Field(examples=[6902])
    handed_over: int = Field(examples=[5358])
    accepted: int = Field(examples=[5300])
    deferred: int = Field(examples=[12])
    refused: int = Field(examples=[30])
    suppressed: int = Field(examples=[20])
    uncertain: int = Field(examples=[0])
    bounced: int = Field(examples=[0])
    left: int = Field(examples=[1552])
    rate: float = Field(examples=[812.5])
    expected_end: datetime | None


class EditionFigures(EditionSummary):
    """Everything about an edition but names."""

    frozen_at: datetime | None
    releasing_at: datetime | None
    released_at: datetime | None
    completed_at: datetime | None
    parked_at: datetime | None
    paused_at: datetime | None
    stopped_at: datetime | None
    ordered: int = Field(examples=[22600], description="(order, person) that the orders name.")
    batches: int = Field(examples=[28])
    batches_handed: int = Field(examples=[28])
    batches_recorded: int = Field(examples=[28])
    delivery: DeliveryProgress | None = Field(description="None before the sender has said anything.")
    per_order: list[OrderOnEdition]


class EditionList(Answer):
    editions: list[EditionSummary]


class ExclusionEntry(Answer):
    order_id: UUID = Field(examples=[_ORDER])
    title: str = Field(examples=["Handlingar till årsmötet"])
    person_id: str = Field(examples=["P100234"])
    name: str = Field(examples=["Anna Exempelsson"])
    reason: str = Field(examples=["missing_address"])
    sentence: str = Field(examples=["Personen har ingen e-postadress i medlemsregistret."])
    after_freeze: bool = Field(examples=[False])


class ExclusionPage(Answer):
    exclusions: list[ExclusionEntry]
    next: str | None = Field(examples=["17-4711"], description="``after`` of the next page, if there is one.")


class RegisterCounts(Answer):
    persons: int = Field(examples=[6000])
    units: int = Field(examples=[290])
    assignments: int = Field(examples=[9000])
    suppressions: int = Field(examples=[120])
    names: int = Field(examples=[34], description="Assignment types, agreements and occupational groups.")
