"""Importing a file that is the whole register: what it lacks is ended, erased and closed.

A file that lacks too much is a mistake (half an export, another organisation's), and is refused whole.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx

from deploy.importing.differences import Known
from deploy.importing.failures import RegisterUnknown, TooMuchVanished
from deploy.importing.run import ImportRequest, Progress, import_file
from deploy.importing.summary import Differences, ImportSummary
from shared.clock import Clock
from shared.contracts.crm import Unit

PAGE = 10_000


@dataclass(frozen=True)
class Limit:
    """``percent`` of the people, of the assignments and of the units may vanish, or exactly ``confirmed``.

    So may that many lose their address, and units lose what audiences find them by.
    """

    percent: float = 10.0
    confirmed: int | None = None

    def objection(self, known: Known, found: Differences) -> str:
        """Return what stands against letting so much vanish or be lost; empty if nothing does."""
        if found.at_stake == self.confirmed:
            return ""
        over = [
            f"{', '.join(counted)} {what}"
            for what, parts in _at_stake(known, found).items()
            if (counted := [f"{n} of {of} {kind}" for kind, n, of in parts if n > of * self.percent / 100])
        ]
        if not over:
            return ""
        return (
            f"{', '.join(over)}, more than {self.percent:g} %. If the file is right, repeat it with "
            f"--let-vanish {found.at_stake} (people, assignments and units together)"
        )


def _at_stake(known: Known, found: Differences) -> dict[str, list[tuple[str, int, int]]]:
    """Return what would happen to how many of how many. Nothing vanishes while that is held back."""
    vanishing = [
        ("people", len(found.persons_removed), len(known.persons)),
        ("assignments", len(found.assignments_removed), len(known.assignments)),
        ("units", len(found.units_removed), len(known.units)),
    ]
    reachable = len(known.reachable or ())
    return {
        "would vanish": [] if found.held_back else vanishing,
        "would lose it": [("people with an address", found.addresses_lost or 0, reachable)],
        "would lose their region or the unit above": [("units", found.units_stripped, len(known.units))],
    }


async def import_snapshot(
    request: ImportRequest,
    limit: Limit,
    scheduler: httpx.AsyncClient,
    amqp_url: str,
    clock: Clock,
    show_first: Callable[[ImportSummary], None],
    progress: Progress | None = None,
) -> ImportSummary:
    """Compare the whole file with what the scheduler knows, show that, and only then publish anything.

    Raises ImportFailed: nothing was published when it is TooMuchVanished or RegisterUnknown,
    and nothing was erased, ended or closed when it is FileChanged.
    """
    known = await what_is_known(scheduler)
    looked = await import_file(replace(request, known=known, dry_run=True), amqp_url, clock, progress)
    assert looked.differences is not None
    objection = limit.objection(known, looked.differences)
    if objection or not request.dry_run:
        show_first(looked)
    if objection:
        raise TooMuchVanished(objection)
    if request.dry_run:
        return looked
    real = replace(request, known=known, judged=looked)
    return await import_file(real, amqp_url, clock, progress)


async def what_is_known(scheduler: httpx.AsyncClient) -> Known:
    """Read the ids of all that the scheduler holds, and who has an address. Raises RegisterUnknown."""
    try:
        persons = await _all(scheduler, "persons")
        assignments = {entry["id"]: entry["person_id"] for entry in await _all(scheduler, "assignments")}
        units = {entry["id"]: _unit(entry) for entry in await _all(scheduler, "units")}
    except httpx.HTTPError as error:
        raise RegisterUnknown(
            f"the scheduler does not say what it knows ({type(error).__name__}: {error}). Is it where "
            "ONSDAG_SCHEDULER_URL says, with the same ONSDAG_SECRET_KEY?"
        ) from error
    ids = frozenset(entry["id"] for entry in persons)
    return Known(ids, _reachable(persons), assignments, units)


def _reachable(persons: list[dict[str, Any]]) -> frozenset[str] | None:
    """Return who has an address. A scheduler older than this program does not say."""
    if any(entry.get("has_address") is None for entry in persons):
        return None
    return frozenset(entry["id"] for entry in persons if entry["has_address"])


async def _all(scheduler: httpx.AsyncClient, kind: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        asked = {"after": after, "limit": str(PAGE)}
        answer = (await scheduler.get(f"/api/v1/register/{kind}", params=asked)).raise_for_status().json()
        entries += answer["entries"]
        after = answer["next"]
    return entries


def _unit(entry: dict[str, Any]) -> Unit:
    return Unit(
        unit_id=entry["id"],
        version=0,
        name=entry["name"],
        kind=entry["kind"],
        region=entry["region"],
        parent_id=entry["parent_id"],
    )
