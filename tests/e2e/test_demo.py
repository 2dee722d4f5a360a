"""``onsdag demo`` as a newcomer runs it: a process of its own, nothing prepared."""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.processes import processes_with

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(420)
KEYS = {
    *("people", "assignments", "units", "orders_accepted", "orders_refused", "pairs", "mails_planned"),
    *(
        "mails_delivered",
        "suppressed",
        "excluded",
        "saved_percent",
        "missing",
        "duplicates",
        "wrong_sections",
    ),
    "seconds",
}
OWN_EXPORT = """\
person_id,first_name,last_name,email,unit_id,unit_name,region,assignment_type,valid_from,valid_to
1,Ann,Berg,ann@example.org,10,North,Norrland,chair,,
2,Ben,Dahl,ben@example.org,10,North,Norrland,treasurer,,
3,Cia,Ek,CIA@example.org,20,South,Skåne,chair,,
4,Dag,Fors,broken-address,20,South,Skåne,chair,,
5,Eli,Gran,eli@example.org,20,South,Skåne,chair,,2020-12-31
"""
OWN_ORDERS = [
    {
        "unit": "North",
        "ordered_by": "ann@example.org",
        "title": title,
        "text": f"All about {title}.",
        "class": "information",
        "audience": {"assignment_types": types, "all": True},
        "faq": "Ask the desk.",
        "received_at": at,
    }
    for title, types, at in (
        ("The spring meeting", ["chair"], "2027-03-01T10:00"),
        ("The accounts", ["chair", "treasurer"], "2027-03-02T10:00"),
        ("The summer camp", ["treasurer"], "2027-03-15T10:00"),
    )
]


@asynccontextmanager
async def demo(*arguments: str, mark: str = "") -> AsyncIterator[Process]:
    """A demo that does not outlive the block, whatever happens there."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.cli", "demo", *arguments),
        cwd=ROOT,
        stdout=PIPE,
        stderr=PIPE,
        env={**os.environ, "ONSDAG_E2E_MARK": mark},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.communicate()


async def figures(*arguments: str) -> dict[str, Any]:
    async with demo("--once", "--json", *arguments) as process:
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()[-3000:]
    found: dict[str, Any] = json.loads(out)
    return found


def of(found: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(found[name] for name in names)


async def test_the_shipped_week_arrives_whole() -> None:
    found = await figures()
    assert set(found) >= KEYS
    assert of(found, "missing", "duplicates", "wrong_sections") == (0, 0, 0)
    assert sorted(refused["rule"] for refused in found["orders_refused"]) == ["A1", "A8"]
    assert found["orders_accepted"] == 6
    assert 5_900 <= found["people"] <= 6_100
    assert found["mails_delivered"] == found["mails_planned"] < found["pairs"]
    assert {"missing_address", "invalid_address", "opted_out"} <= set(found["excluded"])
    assert [row["line"] for row in found["rows_refused"]] != []
    assert [edition["wednesday"] for edition in found["editions"]] == ["2027-02-17", "2027-02-24"]


async def test_ones_own_files_are_played_over_as_many_wednesdays_as_they_take(tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text(OWN_EXPORT, encoding="utf-8-sig")
    (tmp_path / "orders.json").write_text(json.dumps(OWN_ORDERS), encoding="utf-8")
    found = await figures("--crm", str(tmp_path / "crm.csv"), "--orders", str(tmp_path / "orders.json"))
    assert of(found, "people", "units", "orders_accepted", "orders_refused") == (5, 2, 3, [])
    assert of(found, "missing", "duplicates", "wrong_sections") == (0, 0, 0)
    assert [(e["wednesday"], e["pairs"], e["mails"]) for e in found["editions"]] == [
        ("2027-03-10", 5, 3),
        ("2027-03-24", 1, 1),
    ]
    assert found["mails_delivered"] == 4


async def test_two_demos_at_once_leave_each_other_alone() -> None:
    one, other = await asyncio.gather(
        figures("--people", "300", "--orders", "3", "--seed", "1"),
        figures("--people", "400", "--orders", "4", "--seed", "2"),
    )
    assert of(one, "people", "missing", "duplicates", "wrong_sections") == (300, 0, 0, 0)
    assert of(other, "people", "missing", "duplicates", "wrong_sections") == (400, 0, 0, 0)


async def test_the_pages_show_it_and_ctrl_c_ends_everything() -> None:
    mark = uuid4().hex
    async with demo("--people", "60", "--orders", "2", mark=mark) as process:
        async with httpx.AsyncClient(base_url=await _address(process)) as browser:
            start_page = await browser.get("/")
            mailbox = await browser.get("/mailbox", params={"lang": "en"})
            number = re.findall(r'href="/mailbox/(\d+)', mailbox.text)[0]
            shown = [await browser.get(f"/mailbox/{number}{suffix}") for suffix in ("", "?text=1", "/html")]
            missing = await browser.get("/mailbox/999999")
        process.send_signal(signal.SIGINT)
        out, err = await asyncio.wait_for(process.communicate(), 60)
    assert "skickade" in start_page.text
    assert "mails shown" in mailbox.text
    assert [page.status_code for page in shown] == [200, 200, 200]
    assert "script" not in shown[2].headers["content-security-policy"]
    assert missing.status_code == 404
    assert process.returncode == 130, err.decode()[-2000:]
    assert "2 orders, " in out.decode()
    assert processes_with(mark) == []


async def _address(process: Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        if found := re.search(rb"Open (http://127\.0\.0\.1:\d+)", line):
            return found[1].decode()
    raise AssertionError("the demo ended without a page")


async def test_options_that_do_not_go_together_are_explained() -> None:
    async with demo("--crm", "README.md", "--people", "10") as process:
        _, err = await process.communicate()
    assert process.returncode == 2
    assert b"crm" in err
