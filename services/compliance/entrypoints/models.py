"""Suppressions as the API reads and writes them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.addresses import is_deliverable, normalize
from shared.contracts.compliance import Scope
from shared.contracts.message import AddressHash

ReasonOut = Literal["opted_out", "crm", "complaint", "dead_address", "desk"]


def _address(given: str) -> str:
    address = normalize(given)
    if not is_deliverable(address):
        raise ValueError("is not an e-mail address")
    return address


Address = Annotated[str, StringConstraints(min_length=3, max_length=320), AfterValidator(_address)]


class AddressIn(BaseModel):
    """An address in the body of a request, where no log of addresses of pages keeps it (F3)."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"address": "asa.lind@example.org"}]}
    )

    address: Address


class SuppressionIn(AddressIn):
    """What to stop, or to let come again, for an address."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"address": "asa.lind@example.org", "scope": "organisation"}]},
    )

    scope: Scope = Field(
        default="organisation",
        description="`organisation`: information and appeals. `unit:ID`: those of one unit. `address`: "
        "everything, duty included.",
    )


class SuppressionOut(BaseModel):
    scope: str
    reason: ReasonOut
    at: datetime
    lifted_at: datetime | None
    holds: bool


class ChangeOut(BaseModel):
    """A line of the audit."""

    scope: str
    change: Literal["added", "lifted"]
    reason: ReasonOut
    by: str
    at: datetime


class AddressOut(BaseModel):
    """All that is known of an address, by its hash."""

    address_hash: AddressHash
    suppressions: list[SuppressionOut]
    history: list[ChangeOut]


class CountsOut(BaseModel):
    """How many suppressions hold."""

    total: int
    by_scope: dict[str, int] = Field(examples=[{"organisation": 412, "unit": 90, "address": 17}])
    by_reason: dict[str, int] = Field(examples=[{"opted_out": 180, "crm": 305, "dead_address": 17}])
