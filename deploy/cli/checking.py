"""``onsdag test``, ``check`` and ``documents``."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy.local.rabbitmq_container import engine_answers

ROOT = Path(__file__).parents[2]
PYTHON = sys.executable

PARALLEL = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
"""One worker for each core; what a file's tests share is made once. Files go in the order of collection."""

STATIC_CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("ruff", [PYTHON, "-m", "ruff", "check", "."]),
    ("ruff format", [PYTHON, "-m", "ruff", "format", "--check", "."]),
    ("mypy", [PYTHON, "-m", "mypy"]),
    (
        "import-linter",
        [PYTHON, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"],
    ),
)


def run_tests(
    context: typer.Context,
    *,
    containers: Annotated[bool, typer.Option(help="Only what needs a Docker engine.")] = False,
) -> None:
    """Run the tests; they start the servers they need. More arguments go to pytest."""
    if containers and not engine_answers():
        typer.echo("`onsdag test --containers` needs a Docker engine, and none answers here.", err=True)
        raise typer.Exit(1)
    # In this process's place: Ctrl-C and SIGTERM reach pytest, which takes away what it has started.
    os.chdir(ROOT)
    parallel = [] if any(given.startswith("-n") for given in context.args) else PARALLEL
    arguments = ["-m", "pytest", *(["--containers"] if containers else []), *parallel, *context.args]
    os.execv(PYTHON, [PYTHON, *arguments])  # noqa: S606  # a shell has no part in it


def check() -> None:
    """Check style, types, imports, generated documents and lock files."""
    failed = [name for name, command in STATIC_CHECKS if not _passes(name, command)]
    if stale := _stale_documents():
        typer.echo(f"out of date, run `./onsdag documents`: {', '.join(map(str, stale))}", err=True)
        failed.append("documents")
    if named := addresses_in_locks(ROOT):
        typer.echo(f"lock files must not name addresses: {', '.join(named)}", err=True)
        failed.append("locks")
    typer.echo(f"failed: {', '.join(failed)}" if failed else "all checks passed", err=True)
    raise typer.Exit(1 if failed else 0)


def documents() -> None:
    """Write the documents that are made from the code."""
    from deploy.documents.generate import write  # noqa: PLC0415  # builds all five applications

    for path in write():
        typer.echo(f"wrote {path}")


def addresses_in_locks(root: Path) -> list[str]:
    """Return the lines of lock files that name an index or a download address."""
    return [
        f"{lock.name}:{number}"
        for lock in sorted(root.glob("*.lock"))
        for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"://|^\s*-(i|f)\b|--(extra-)?index-url|--find-links|--trusted-host", line)
    ]


def _stale_documents() -> list[Path]:
    from deploy.documents.generate import outdated  # noqa: PLC0415  # builds all five applications

    return outdated()


def _passes(name: str, command: list[str]) -> bool:
    typer.echo(f"{name} …", err=True)
    return _run(command) == 0


def _run(command: list[str]) -> int:
    return subprocess.run(command, cwd=ROOT, check=False).returncode
