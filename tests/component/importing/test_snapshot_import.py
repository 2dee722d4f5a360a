"""A whole register with rows that cannot be trusted, against what a real scheduler holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from deploy.importing.differences import Known
from deploy.importing.failures import FileChanged
from deploy.importing.run import ImportRequest, import_file
from deploy.importing.snapshot import Limit, import_snapshot
from deploy.importing.summary import ImportSummary
from shared.contracts.crm import ErasedPerson, PersonErased
from tests.component.scheduler.planning import Planning
from tests.support.one_service import bearer
from tests.support.waiting import until

HEADER = "Förnamn;Efternamn;Person-id;E-post;Enhets-id;Enhet;Region;Uppdrag;Gäller från;Gäller till"
ALL_MAY = Limit(percent=100)
"""What these tests are about is not how much may vanish."""


def row(number: int, *, unit: int = 1, valid_from: str = "2026-03-15", valid_to: str = "") -> str:
    return (
        f"Anna;Lind;P{number};p{number}@example.org;U{unit};Krets {unit};Skåne;ordförande;"
        f"{valid_from};{valid_to}"
    )


@dataclass
class Crm:
    """Whoever imports whole registers into one scheduler."""

    planning: Planning
    amqp_url: str
    folder: Path

    @property
    def export(self) -> Path:
        return self.folder / "export.csv"

    async def imports(
        self,
        rows: Sequence[str],
        limit: Limit = ALL_MAY,
        meanwhile: Callable[[ImportSummary], None] = lambda _: None,
    ) -> ImportSummary:
        """Import a header and rows; ``meanwhile`` happens when they were judged and not yet published."""
        self.export.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
        transport = httpx.ASGITransport(app=self.planning.running.app)
        headers = bearer(self.planning.token("admin"))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://scheduler", headers=headers
        ) as asked:
            request = ImportRequest(self.export, afresh=True)
            return await import_snapshot(request, limit, asked, self.amqp_url, self.planning.clock, meanwhile)

    async def knows(self, rows: Sequence[str]) -> None:
        """Import rows and wait until the scheduler has taken them in."""
        done = await self.imports(rows)
        assert not done.broken_rows
        await until(lambda: self.holds("persons"), lambda held: len(held) == done.persons)
        await until(lambda: self.holds("assignments"), lambda held: len(held) == done.assignments)
        await until(lambda: self.holds("units"), lambda held: len(held) == done.units)

    async def holds(self, kind: str) -> list[str]:
        path = f"/api/v1/register/{kind}?limit=10000"
        page = await self.planning.running.get(path, self.planning.token("admin"))
        return [entry["id"] for entry in page["entries"]]


@pytest.fixture
def crm(planning: Planning, fresh_vhost: str, tmp_path: Path) -> Crm:
    return Crm(planning, fresh_vhost, tmp_path)


ANYBODYS = (
    "Anna; Maria;Lind;P2;p2@example.org;U2;Krets 2;Skåne;ordförande;2026-03-15;2028-03-31",
    "Anna; Maria;Lind;P2;p2@example.org;U2;Krets 2;Skåne;ordförande;2026-03-15;",
    '"Lind; Anna;Karin;P2;p2@example.org;U2;Krets 2;Skåne;ordförande;2026-03-15;',
    "Anna Lind;P2;p2@example.org;U2;Krets 2;Skåne;ordförande;2026-03-15;",
    row(2).replace("P2", "#REF!"),
    row(2).replace("P2", ""),
)
"""Rows of P2: shifted, shifted with an empty end, a quotation mark, a separator lost, and no id."""


async def test_nothing_vanishes_by_a_file_with_a_row_that_may_be_anybodys(crm: Crm) -> None:
    await crm.knows([row(1), row(2, unit=2), row(3, unit=3)])
    for broken in ANYBODYS:
        done = await crm.imports([row(1), broken])
        assert [(left_out.line, left_out.person_id) for left_out in done.broken_rows] == [(3, "")], broken
        assert done.differences is not None
        assert done.differences.held_back.startswith("line 3 does not say whose row it is")
        assert (done.ended, done.erased, done.closed) == (0, 0, 0), broken
    assert await crm.holds("persons") == ["P1", "P2", "P3"]


async def test_what_belongs_to_a_person_with_a_broken_row_stays_and_the_rest_goes(crm: Crm) -> None:
    await crm.knows([row(1), row(2, unit=2), row(3, unit=3), row(4, unit=4)])
    done = await crm.imports([row(1), row(2, unit=2, valid_from="2027-02-30"), row(4)])
    assert done.differences is not None
    assert (done.differences.held_back, done.differences.persons_removed) == ("", ("P3",))
    assert (done.ended, done.erased, done.closed) == (2, 1, 0), "units 3 and 4 may stand on the broken row"
    await until(lambda: crm.holds("persons"), lambda held: held == ["P1", "P2", "P4"])
    await until(lambda: crm.holds("assignments"), lambda held: len(held) == 3)
    assert await crm.holds("units") == ["U1", "U2", "U3", "U4"]


async def test_a_file_that_is_replaced_after_it_was_judged_is_not_published(crm: Crm) -> None:
    await crm.knows([row(number) for number in range(20)])

    def replaced(_: ImportSummary) -> None:
        crm.export.write_text("\n".join([HEADER, row(1, valid_to="2027-03-31")]), encoding="utf-8")

    with pytest.raises(FileChanged, match="nothing was published"):
        await crm.imports([row(number) for number in range(19)], Limit(), meanwhile=replaced)
    assert len(await crm.holds("persons")) == 20


async def test_nothing_ends_that_was_not_judged(crm: Crm) -> None:
    """A file may even change while it is read: then its first bytes are those that were judged."""
    await crm.knows([row(1), row(2), row(3)])
    crm.export.write_text("\n".join([HEADER, row(1), row(2)]), encoding="utf-8")
    request = ImportRequest(crm.export, known=Known(frozenset({"P1", "P2"})))
    judged = await import_file(replace(request, dry_run=True), crm.amqp_url, crm.planning.clock)
    request = replace(request, known=Known(frozenset({"P1", "P2", "P3"})), judged=judged)
    with pytest.raises(FileChanged, match="nothing was erased, ended or closed"):
        await import_file(request, crm.amqp_url, crm.planning.clock)
    nobody = ErasedPerson(person_id="P9", version=1)
    await crm.planning.tells("erase-persons", PersonErased(persons=(nobody,)))
    assert await crm.holds("persons") == ["P1", "P2", "P3"]
