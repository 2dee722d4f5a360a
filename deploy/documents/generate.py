"""The documents made from the code: schemas, examples, events.md, settings.md, OpenAPI and AsyncAPI.

``onsdag documents`` writes them; ``onsdag check`` fails when a committed one is out of date.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from faststream.specification import AsyncAPI

from deploy.documents.examples import FULL, envelope
from deploy.documents.pages import events_page, settings_page
from deploy.services import create_app, settings_class
from deploy.topology import SERVICES
from shared.contracts.catalogue import CATALOGUE
from shared.contracts.envelope import Envelope
from shared.contracts.message import Message

ROOT = Path(__file__).parents[2]
CONTRACTS = Path("shared/contracts")
PLACEHOLDER = "x" * 32
"""A key for applications that are built only to be described."""


def documents() -> Iterator[tuple[Path, str]]:
    """Every generated document: its path in the project, and its text."""
    for model in CATALOGUE:
        yield CONTRACTS / "schemas" / f"{model.TYPE}.json", _json(schema(model))
    for message in FULL:
        for kind in ("full", "minimal"):
            path = CONTRACTS / "examples" / f"{message.TYPE}.{kind}.json"
            yield path, _json(envelope(message, full=kind == "full"))
    yield Path("docs/events.md"), events_page()
    yield Path("docs/settings.md"), settings_page()
    for service in SERVICES:
        app = create_app(service, settings_class(service)(secret_key=PLACEHOLDER))
        yield Path(f"docs/openapi/{service}.json"), _json(app.openapi())
        specification = AsyncAPI(app.state.bus, title=f"Onsdag {service}", version="1").to_specification()
        yield Path(f"docs/asyncapi/{service}.json"), _json(specification.to_jsonable())


def schema(model: type[Message]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a message in its envelope."""
    made: dict[str, Any] = Envelope[model].model_json_schema()  # type: ignore[valid-type]  # a value here
    made["properties"]["type"] = {"const": model.TYPE}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:onsdag:{model.TYPE}",
        **made,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def write(root: Path = ROOT) -> list[Path]:
    """Write what differs; return it."""
    stale = outdated(root)
    made = dict(documents())
    for path in stale:
        if path in made:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(made[path], encoding="utf-8")
        else:
            (root / path).unlink()
    return stale


def outdated(root: Path = ROOT) -> list[Path]:
    """Return the documents that are missing, differ from the code, or that nothing makes any more."""
    made = dict(documents())
    folders = {path.parent for path in made} - {Path("docs")}
    present = {file.relative_to(root) for folder in folders for file in (root / folder).glob("*.json")}
    stale = [path for path, text in made.items() if not _same(root / path, text)]
    return sorted({*stale, *(present - set(made))})


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
