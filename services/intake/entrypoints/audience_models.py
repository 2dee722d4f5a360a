"""Audiences as the API reads them."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.intake.domain.audiences import Audience, Excluded
from shared.contracts.message import AssignmentType, Attribute, Key, Language

Types = Annotated[tuple[AssignmentType, ...], Field(max_length=50)]
Attributes = Annotated[tuple[Attribute, ...], Field(max_length=100)]
Regions = Annotated[tuple[Key, ...], Field(max_length=100)]
Units = Annotated[tuple[Key, ...], Field(max_length=2000)]
Earlier = Annotated[tuple[UUID, ...], Field(max_length=50)]


class ExcludedIn(BaseModel):
    """Who is left out, each field by itself. Assignments in ``regions`` and ``units`` do not count."""

    model_config = ConfigDict(extra="allow")

    assignment_types: Types = Field(default=(), description="Whoever holds one of these, in any unit.")
    regions: Regions = ()
    units: Units = ()
    agreements: Attributes = ()
    occupational_groups: Attributes = ()
    recipients_of: Earlier = Field(default=(), description="Whoever got one of these orders.")

    def asked_for(self) -> Excluded:
        return Excluded(
            self.assignment_types,
            self.regions,
            self.units,
            self.agreements,
            self.occupational_groups,
            tuple(map(str, self.recipients_of)),
        )


class AudienceIn(BaseModel):
    """Recipients (A7): ``assignment_types`` × exactly one of all units, regions, units and own branch; or
    ``members`` with an agreement or group (D5); or those who got other orders."""

    model_config = ConfigDict(extra="allow")

    assignment_types: Types = ()
    all_units: bool = False
    regions: Regions = ()
    units: Units = ()
    own_branch: bool = Field(default=False, description="The ordering unit and all units below it.")
    kinds: Attributes = Field(default=(), description="Of the units, only those of these kinds.")
    members: bool = Field(
        default=False, description="Everyone with the agreement or group, with or without an assignment."
    )
    recipients_of: Earlier = Field(default=(), description="Whoever got one of these orders.")
    agreements: Attributes = Field(default=(), description="Only people with one of these.")
    occupational_groups: Attributes = Field(default=(), description="Only people with one of these.")
    languages: tuple[Language, ...] = Field(default=(), description="Only people who read one of these.")
    exclude: ExcludedIn = ExcludedIn()

    def asked_for(self) -> Audience:
        """Return the audience with the names of what does not belong in it, so that A7 can explain."""
        foreign = (*(self.model_extra or {}), *(self.exclude.model_extra or {}))
        return Audience(
            assignment_types=self.assignment_types,
            all_units=self.all_units,
            regions=self.regions,
            units=self.units,
            other=tuple(name[:100] for name in foreign)[:20],
            own_branch=self.own_branch,
            kinds=self.kinds,
            members=self.members,
            recipients_of=tuple(map(str, self.recipients_of)),
            agreements=self.agreements,
            occupational_groups=self.occupational_groups,
            languages=self.languages,
            exclude=self.exclude.asked_for(),
        )
