"""The register goes in: imported as the CRM would publish it, until every service has it."""

from time import monotonic

from deploy.demo.clients import Apis
from deploy.demo.result import Result
from deploy.demo.surroundings import Inputs, Surroundings, until
from deploy.importing.columns import ColumnMapping, read_mapping
from deploy.importing.reading import open_export
from deploy.importing.rows import Row
from deploy.importing.run import ImportRequest, import_file
from deploy.importing.summary import ImportSummary
from shared.addresses import normalize


async def take_in(inputs: Inputs, around: Surroundings, result: Result) -> None:
    """Import the register as the CRM would publish it, and wait until every service has it."""
    started = monotonic()
    version = int(around.clock.now().timestamp() * 1000)
    with around.progress.step("Importing the register") as step:
        request = ImportRequest(inputs.crm, mapping=inputs.mapping)
        summary = await import_file(request, around.amqp_url, around.clock, step)
        await _until_taken_in(around.apis, summary, version, opted_out_addresses(inputs))
    result.seconds["import"] = monotonic() - started
    result.people, result.units = summary.persons, summary.units
    result.assignments = summary.assignments
    result.rows_refused = [{"line": row.line, "reason": row.reason} for row in summary.broken_rows]
    if not summary.named_people:
        await _name_orderers(inputs, around)


async def _until_taken_in(apis: Apis, summary: ImportSummary, version: int, opted_out: int) -> None:
    async def look() -> bool:
        register = await apis.get("scheduler", "/register", min_version=version)
        suppressions = await apis.get("compliance", "/suppressions/count")
        units = await apis.get("intake", "/units", limit=1)
        names = await apis.get("intake", "/names")
        return bool(
            register["persons"] >= summary.persons
            and register["assignments"] >= summary.assignments
            and min(register["units"], units["total"]) >= summary.units
            and sum(map(len, names.values())) >= register["names"]
            and register["suppressions"] >= suppressions["total"] >= opted_out
        )

    await until(look, "the services have taken in the register")


async def _name_orderers(inputs: Inputs, around: Surroundings) -> None:
    """The export names nobody for mailings: those who order become the units' own named people (A9)."""
    people: dict[str, list[str]] = {}
    for order in inputs.orders.orders:
        named = people.setdefault(order.unit_id, [])
        if order.ordered_by not in named and len(named) < 2:
            named.append(order.ordered_by)
    for unit_id, addresses in people.items():
        await around.apis.name_person(unit_id, addresses)
    around.progress.say(
        "The export names nobody responsible for mailings (A9), so the orderers in the orders file are "
        "taken as their units' named people."
    )


def opted_out_addresses(inputs: Inputs) -> int:
    """Return how many addresses of the export do not want mailings, counted from the file."""
    mapping = read_mapping(inputs.mapping) if inputs.mapping else ColumnMapping()
    rows = open_export(inputs.crm, mapping).rows()
    return len({normalize(row.email) for row in rows if isinstance(row, Row) and row.opted_out and row.email})
