"""Units and their named people as the API reads and writes them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.intake.entrypoints.models import Address
from shared.contracts.message import Line


class PersonIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    address: Address
    name: Line = ""


class PeopleIn(BaseModel):
    """A unit's local named people (A9), two at most."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"people": [{"address": "asa.lind@example.org", "name": "Åsa Lind"}]}]
        },
    )

    people: Annotated[list[PersonIn], Field(max_length=2)]


class NamedPersonOut(BaseModel):
    address: str
    name: str
    source: Literal["crm", "local"]


class PeopleOut(BaseModel):
    unit_id: str
    people: list[NamedPersonOut]


class UnitOut(BaseModel):
    unit_id: str
    name: str
    kind: str
    region: str
    closed: bool


class UnitPage(BaseModel):
    total: int
    units: list[UnitOut]
