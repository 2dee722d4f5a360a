"""The rule that an audience is clear and names only what exists (A7)."""

from collections.abc import Collection, Iterator

from services.intake.domain.audience_refusals import (
    AddressesAsRecipients,
    MembersWithoutAttribute,
    MisplacedUnits,
    UnclearRecipients,
    UnknownAgreement,
    UnknownAssignmentType,
    UnknownEarlierOrder,
    UnknownKind,
    UnknownOccupationalGroup,
    UnknownRegion,
    UnknownUnit,
)
from services.intake.domain.audiences import Audience
from services.intake.domain.refusals import Refusal
from services.intake.domain.registers import HouseNames, Register


def judge_audience(
    audience: Audience, unit_id: str, names: HouseNames, register: Register
) -> Iterator[Refusal]:
    """Yield what is wrong with a unit's audience: addresses, unclear, or what it names and nobody knows.

    As long as the register has not come, the names that only it can know are not refused.
    """
    addresses = sorted({*audience.other, *(name for name in audience.names if "@" in name)})
    if addresses:
        yield AddressesAsRecipients(", ".join(addresses))
    elif audience.bases != 1 or (audience.assignment_types and audience.places != 1):
        yield UnclearRecipients()
    elif not audience.assignment_types and _speaks_of_units(audience):
        yield MisplacedUnits()
    elif audience.members and not audience.agreements and not audience.occupational_groups:
        yield MembersWithoutAttribute()
    else:
        yield from _unknown(audience, names, register)
        yield from _not_left(audience, unit_id, register)


def _speaks_of_units(audience: Audience) -> bool:
    return bool(audience.places or audience.kinds or audience.exclude.regions or audience.exclude.units)


def _unknown(audience: Audience, house: HouseNames, register: Register) -> Iterator[Refusal]:
    out = audience.exclude
    known, come = house.or_else(register.names), register.has_come
    types = (*audience.assignment_types, *out.assignment_types)
    if house.assignment_types or come:
        yield from map(UnknownAssignmentType, _missing(types, known.assignment_types))
    for region in (*audience.regions, *out.regions):
        if not register.has_region(region):
            yield UnknownRegion(region)
    for unit_id in (*audience.units, *out.units):
        if register.open_unit(unit_id) is None:
            yield UnknownUnit(unit_id)
    yield from (UnknownKind(kind) for kind in audience.kinds if not register.has_kind(kind))
    agreements = (*audience.agreements, *out.agreements)
    if house.agreements or come:
        yield from map(UnknownAgreement, _missing(agreements, known.agreements))
    groups = (*audience.occupational_groups, *out.occupational_groups)
    if house.occupational_groups or come:
        yield from map(UnknownOccupationalGroup, _missing(groups, known.occupational_groups))


def _not_left(audience: Audience, unit_id: str, register: Register) -> Iterator[Refusal]:
    for order_id in sorted(audience.earlier_orders):
        if register.left.get(order_id) != unit_id:
            yield UnknownEarlierOrder(order_id)


def _missing(given: Collection[str], known: Collection[str]) -> list[str]:
    return [name for name in given if name not in known]
