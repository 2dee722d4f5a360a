"""The house: every service has the same rooms, and nothing grows past what a reader can hold."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cli.checking import addresses_in_locks
from deploy.services import settings_class
from deploy.topology import CONSUMES, SERVICES, all_queues
from shared.settings import ServiceSettings

ROOT = Path(__file__).parents[2]
CODE = ("services", "shared", "deploy")
ROOMS = ("domain", "use_cases", "adapters", "entrypoints", "migrations")
LONGEST_MODULE = 250
LONGEST_FUNCTION = 40


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "versions" not in path.parts:
                yield path


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_rooms(service: str) -> None:
    folder = ROOT / "services" / service
    missing = [room for room in ROOMS if not (folder / room).is_dir()]
    missing += [
        name
        for name in ("README.md", "main.py", "settings.py", "topology.py")
        if not (folder / name).is_file()
    ]
    assert missing == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_use_case_on_the_bus_has_its_handler(service: str) -> None:
    app = importlib.import_module("deploy.services").create_app(
        service, settings_class(service)(secret_key="k" * 32)
    )
    subscribed = {subscriber.queue.name for subscriber in app.state.bus.subscribers}
    assert subscribed == {f"{service}.{consume.use_case}" for consume in CONSUMES[service]}


def test_no_two_queues_share_a_name() -> None:
    names = [queue.name for queue in all_queues()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_says_what_it_is(service: str) -> None:
    for settings in (ServiceSettings, settings_class(service)):
        assert [name for name, field in settings.model_fields.items() if not field.description] == []


def test_domains_import_the_standard_library_only() -> None:
    allowed = {"shared.contracts", "shared.texting", "shared.sending_limits", "services"}
    foreign = []
    for path in (ROOT / "services").glob("*/domain/*.py"):
        for module in _imported(path):
            top = module.partition(".")[0]
            if top not in _standard() and not any(module.startswith(prefix) for prefix in allowed):
                foreign.append(f"{named(path)}: {module}")
    assert foreign == []


def _standard() -> frozenset[str]:
    import sys

    return sys.stdlib_module_names


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_tables_come_from_migrations_alone() -> None:
    assert [named(path) for path in sources(*CODE) if "create_all" in path.read_text(encoding="utf-8")] == []


def test_rows_are_taken_from_a_table_expression() -> None:
    """As a subquery of IN, a LIMIT that locks may be looked up anew for each row, and limits nothing."""
    pattern = re.compile(r"IN \(\s*SELECT[^()]*(\([^()]*\)[^()]*)*LIMIT[^()]*SKIP LOCKED")
    assert pattern.search("IN (SELECT a FROM b WHERE c IN ('d') ORDER BY a LIMIT 5 FOR UPDATE SKIP LOCKED)")
    found = [named(path) for path in sources(*CODE) if pattern.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_modules_stay_short() -> None:
    lengths = {named(path): path.read_text(encoding="utf-8").count("\n") for path in sources(*CODE)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_functions_stay_short() -> None:
    too_long = {
        f"{named(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in sources(*CODE)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    }
    assert too_long == {}


def test_no_test_can_be_skipped_or_excused() -> None:
    pattern = re.compile(r"pytest\.(skip|xfail|importorskip)|mark\.(skip|skipif|xfail)\b")
    found = [named(path) for path in sources("tests") if pattern.search(path.read_text(encoding="utf-8"))]
    assert [name for name in found if name != named(Path(__file__))] == []


def test_tests_do_not_sleep() -> None:
    pattern = re.compile(r"\btime\.sleep\(|asyncio\.sleep\((?!0\))")
    found = [named(path) for path in sources("tests") if pattern.search(path.read_text(encoding="utf-8"))]
    assert [name for name in found if name != "tests/support/waiting.py"] == []


def test_lock_files_name_no_address(tmp_path: Path) -> None:
    assert addresses_in_locks(ROOT) == []
    (tmp_path / "bad.lock").write_text("--index-url https://index.example.org/simple\n", encoding="utf-8")
    assert addresses_in_locks(tmp_path) == ["bad.lock:1"]
