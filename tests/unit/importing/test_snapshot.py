"""What stands against taking a file for the whole register, judged on what a scheduler answers."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.importing.failures import TooMuchVanished, UnreadableFile
from deploy.importing.report import report
from deploy.importing.run import ImportRequest
from deploy.importing.snapshot import Limit, import_snapshot
from deploy.importing.summary import ImportSummary
from shared.clock import FixedClock
from tests.unit.importing.exports import HEADER, person, text

CLOCK = FixedClock(datetime(2027, 2, 8, 8, 0, tzinfo=UTC))
PEOPLE = 20


@dataclass(frozen=True)
class Scheduler:
    """Answers as the scheduler does that holds PEOPLE people, all but the first with an address."""

    says_who_has_an_address: bool = True
    units: tuple[tuple[str, str | None], ...] = (("0114", None),)

    def __call__(self, asked: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"entries": self._entries(asked.url.path), "next": None})

    def _entries(self, path: str) -> list[dict[str, Any]]:
        if path.endswith("persons"):
            told = [{"id": f"p{n}", "has_address": n > 0} for n in range(PEOPLE)]
            return told if self.says_who_has_an_address else [{"id": entry["id"]} for entry in told]
        known = {"name": "Väsby", "kind": "krets", "region": "Stockholm"}
        units = [{"id": unit_id, "parent_id": parent_id, **known} for unit_id, parent_id in self.units]
        return units if path.endswith("units") else []


def look(
    folder: Path,
    rows: Sequence[Sequence[str]],
    limit: Limit | None = None,
    *,
    header: str = HEADER,
    scheduler: Scheduler | None = None,
) -> ImportSummary:
    path = folder / "export.csv"
    path.write_text(text(rows, header), encoding="utf-8")

    async def compared() -> ImportSummary:
        transport = httpx.MockTransport(scheduler or Scheduler())
        async with httpx.AsyncClient(transport=transport, base_url="http://scheduler") as asked:
            request = ImportRequest(path, dry_run=True)
            return await import_snapshot(request, limit or Limit(), asked, "amqp://", CLOCK, lambda _: None)

    return asyncio.run(compared())


def people(emails: dict[int, str]) -> list[list[str]]:
    """Everybody, these with other addresses."""
    return [person(f"p{n}", email=emails.get(n, f"p{n}@example.se")) for n in range(PEOPLE)]


def test_a_whole_register_without_addresses_is_refused(tmp_path: Path) -> None:
    header = HEADER.replace("email", "Kontaktväg")
    with pytest.raises(UnreadableFile, match=r"no column is email, .* everybody would lose their address"):
        look(tmp_path, people({}), header=header)


def test_a_file_by_which_too_many_lose_their_address_is_refused_until_the_number_is_named(
    tmp_path: Path,
) -> None:
    lost = people({0: "", 1: "", 2: "saknas", 3: ""})
    refused = (
        r"^3 of 19 people with an address would lose it, more than 10 %\. If the file is right, "
        r"repeat it with --let-vanish 3 \("
    )
    with pytest.raises(TooMuchVanished, match=refused):
        look(tmp_path, lost)
    with pytest.raises(TooMuchVanished):
        look(tmp_path, lost, Limit(confirmed=4))
    summary = look(tmp_path, lost, Limit(confirmed=3))
    assert "Addresses: 3 people who had one lose it" in list(report(summary))


def test_one_lost_address_is_no_reason_to_stop(tmp_path: Path) -> None:
    found = look(tmp_path, people({0: "", 1: ""})).differences
    assert found is not None
    assert (found.addresses_lost, found.at_stake) == (1, 1)


def test_addresses_are_lost_also_while_nothing_may_vanish(tmp_path: Path) -> None:
    rows = [*people(dict.fromkeys(range(5), ""))[:15], person("")]
    with pytest.raises(TooMuchVanished, match=r"^4 of 19 people with an .* --let-vanish 4 "):
        look(tmp_path, rows)


def test_what_vanishes_and_what_is_lost_is_named_together(tmp_path: Path) -> None:
    with pytest.raises(
        TooMuchVanished,
        match=r"^5 of 20 people would vanish, 4 of 19 people with .* --let-vanish 9 ",
    ):
        look(tmp_path, people(dict.fromkeys(range(5), ""))[:15])


def test_a_file_by_which_units_lose_their_region_is_refused(tmp_path: Path) -> None:
    header = HEADER.replace("region", "Skostorlek")
    with pytest.raises(
        TooMuchVanished, match=r"^1 of 1 units would lose their region or the unit above, more than 10 %"
    ):
        look(tmp_path, people({}), header=header)


def test_a_scheduler_that_does_not_say_who_has_an_address_is_told(tmp_path: Path) -> None:
    summary = look(
        tmp_path, people({1: "", 2: "", 3: ""}), scheduler=Scheduler(says_who_has_an_address=False)
    )
    assert "Addresses: not compared, the scheduler does not say who has one" in list(report(summary))


def test_a_unit_that_the_file_names_as_one_above_has_not_vanished_nor_has_any_above_it(
    tmp_path: Path,
) -> None:
    scheduler = Scheduler(units=(("0114", "R1"), ("R1", "L"), ("L", None), ("R2", "L")))
    rows = [[*cells, "R1"] for cells in people({})]
    found = look(
        tmp_path, rows, Limit(percent=100), header=f"{HEADER};Överordnad enhet", scheduler=scheduler
    ).differences
    assert found is not None
    assert found.units_removed == ("R2",)


def test_units_that_are_each_above_the_other_do_not_hang_an_import(tmp_path: Path) -> None:
    scheduler = Scheduler(units=(("0114", "R1"), ("R1", "R2"), ("R2", "R1")))
    rows = [[*cells, "R1"] for cells in people({})]
    found = look(tmp_path, rows, header=f"{HEADER};Överordnad enhet", scheduler=scheduler).differences
    assert found is not None
    assert found.units_removed == ()
