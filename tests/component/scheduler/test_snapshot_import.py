"""A file that is the whole register: what it lacks ends, unless it lacks too much."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from deploy.importing.failures import RegisterUnknown, TooMuchVanished
from deploy.importing.run import ImportRequest
from deploy.importing.snapshot import Limit, import_snapshot
from deploy.importing.summary import ImportSummary
from shared.contracts.crm import PersonChanged
from shared.web.tokens import Role
from tests.component.scheduler.planning import CUTOFF, Planning, open_planning, order, person
from tests.support.databases import Databases
from tests.support.one_service import bearer
from tests.support.waiting import until
from tests.unit.importing import exports

PEOPLE = 20
AS_USUAL = Limit()


@dataclass
class Crm:
    """Whoever imports the CRM's export into one scheduler."""

    planning: Planning
    amqp_url: str
    folder: Path
    shown: list[ImportSummary] = field(default_factory=list)

    async def imports(
        self,
        people: Iterable[int],
        limit: Limit = AS_USUAL,
        *,
        dry_run: bool = False,
        without_address: Collection[int] = (),
    ) -> ImportSummary:
        """Import these people, each the chair of a unit of three, and wait until that is taken in."""
        emails = {n: "" if n in without_address else f"p{n}@example.se" for n in people}
        rows = [exports.person(f"p{n}", unit_id=f"u{n % 3}", email=email) for n, email in emails.items()]
        export = self.folder / "export.csv"
        export.write_text(exports.text(rows), encoding="utf-8")
        request = ImportRequest(export, dry_run=dry_run, afresh=True)
        running = self.planning.running
        token = bearer(self.planning.token("admin"))
        transport = httpx.ASGITransport(app=running.app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://scheduler", headers=token
        ) as scheduler:
            done = await import_snapshot(
                request, limit, scheduler, self.amqp_url, self.planning.clock, self.shown.append
            )
        if not dry_run:
            await until(lambda: self.holds("persons"), lambda held: len(held) == done.persons)
            await until(lambda: self.holds("assignments"), lambda held: len(held) == done.assignments)
            await until(lambda: self.holds("units"), lambda held: len(held) == done.units)
        return done

    async def holds(self, kind: str) -> list[str]:
        """Return the ids that the scheduler lists, a small page at a time."""
        found: list[str] = []
        after: str | None = ""
        while after is not None:
            page = await self.planning.running.get(
                f"/api/v1/register/{kind}?limit=7&after={after}", self.planning.token("admin")
            )
            found += [entry["id"] for entry in page["entries"]]
            after = page["next"]
        return found


@pytest.fixture
def crm(planning: Planning, fresh_vhost: str, tmp_path: Path) -> Crm:
    return Crm(planning, fresh_vhost, tmp_path)


async def test_what_a_whole_register_lacks_is_erased_ended_and_closed(crm: Crm) -> None:
    first = await crm.imports(range(PEOPLE))
    assert first.differences is not None
    assert (first.differences.persons_added, first.differences.vanished) == (PEOPLE, 0)
    second = await crm.imports(range(1, PEOPLE))
    assert (second.ended, second.erased, second.closed) == (1, 1, 0)
    assert "p0" not in await crm.holds("persons")
    assert crm.shown[-1].dry_run, "shown before anything was published"
    assert crm.shown[-1].differences == second.differences
    gone = PEOPLE - 1 - 6 + (PEOPLE - 1 - 6) + 2
    third = await crm.imports((n for n in range(1, PEOPLE) if n % 3 == 0), Limit(confirmed=gone))
    assert (third.erased, third.closed) == (PEOPLE - 1 - 6, 2)
    assert await crm.holds("units") == ["u0"]


async def test_a_file_that_lacks_too_much_changes_nothing_until_the_number_is_named(crm: Crm) -> None:
    await crm.imports(range(PEOPLE))
    with pytest.raises(TooMuchVanished, match=r"3 of 20 people, 3 of 20 assignments .* --let-vanish 6 "):
        await crm.imports(range(3, PEOPLE))
    assert crm.shown[-1].differences is not None
    assert crm.shown[-1].differences.persons_removed == ("p0", "p1", "p2")
    with pytest.raises(TooMuchVanished):
        await crm.imports(range(3, PEOPLE), Limit(confirmed=5))
    with pytest.raises(TooMuchVanished):
        await crm.imports(range(3, PEOPLE), dry_run=True)
    assert len(await crm.holds("persons")) == PEOPLE
    assert (await crm.imports(range(3, PEOPLE), Limit(confirmed=6))).erased == 3
    assert (await crm.imports(range(5, PEOPLE), Limit(percent=15))).erased == 2


async def test_a_file_that_takes_too_many_addresses_away_changes_nothing(crm: Crm) -> None:
    await crm.imports(range(PEOPLE), without_address=(0, 1))
    with pytest.raises(TooMuchVanished, match=r"2 of 18 people with an address .* --let-vanish 2 "):
        await crm.imports(range(PEOPLE), without_address=range(4))
    assert (await crm.imports(range(PEOPLE), without_address=range(3))).without_address == 3


async def test_who_was_erased_stays_so_through_replays_and_later_files(crm: Crm) -> None:
    await crm.imports(range(PEOPLE))
    await crm.imports(range(1, PEOPLE))
    newest = 2**61
    await crm.planning.tells("copy-persons", PersonChanged(persons=(person(0, newest),)))
    assert "p0" not in await crm.holds("persons")
    assert (await crm.imports(range(1, PEOPLE))).erased == 0


async def test_after_a_restore_the_register_of_today_erases_again(
    databases: Databases, migrated_scheduler: str, fresh_vhost: str, tmp_path: Path
) -> None:
    """A backup knows people who were erased since. Nobody is written to before the register was imported."""
    world = await databases.create(template=migrated_scheduler)
    async with open_planning(world, fresh_vhost, tmp_path) as planning:
        await Crm(planning, fresh_vhost, tmp_path).imports(range(PEOPLE))
    backup = await databases.create(template=world)
    async with open_planning(world, fresh_vhost, tmp_path) as planning:
        planning.clock.set(planning.clock.now() + timedelta(minutes=1))
        await Crm(planning, fresh_vhost, tmp_path).imports(range(1, PEOPLE))
    async with open_planning(backup, fresh_vhost, tmp_path) as restored:
        crm = Crm(restored, fresh_vhost, tmp_path)
        assert "p0" in await crm.holds("persons"), "what a backup is"
        assert (await crm.imports(range(1, PEOPLE))).erased == 1
        assert "p0" not in await crm.holds("persons")
        await restored.places(order())
        assert (await restored.freezes(CUTOFF)).mails <= PEOPLE - 1
    for url in (world, backup):
        await databases.drop(url)


async def test_only_an_administrator_lists_the_register(crm: Crm) -> None:
    roles: tuple[Role, ...] = ("desk", "reader")
    for role in roles:
        token = bearer(crm.planning.token(role))
        answer = await crm.planning.running.http.get("/api/v1/register/persons", headers=token)
        assert answer.status_code == 403


async def test_a_scheduler_that_does_not_answer_is_told_in_one_sentence(tmp_path: Path, crm: Crm) -> None:
    async with httpx.AsyncClient(base_url="http://127.0.0.1:1") as nobody:
        with pytest.raises(RegisterUnknown, match="ONSDAG_SCHEDULER_URL"):
            await import_snapshot(
                ImportRequest(tmp_path / "export.csv"), Limit(), nobody, "amqp://", crm.planning.clock, print
            )
