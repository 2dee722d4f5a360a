"""Pages: one look for all of them. Templates extend ``layout.html``; scripts are not needed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

HERE = Path(__file__).parent
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'; "
        "frame-src 'self'; frame-ancestors 'self'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""Headers of every page: nothing from elsewhere, nothing kept."""


class Pages:
    """Renders the templates of one place in the common look."""

    def __init__(self, templates: Path) -> None:
        self._environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(templates), FileSystemLoader(HERE / "templates")]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["number"] = spaced

    def render(self, template: str, values: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
        """Return a page."""
        html = self._environment.get_template(template).render(values)
        return HTMLResponse(html, status_code=status, headers=SECURITY)


def spaced(number: int) -> str:
    """Return a number as Swedish readers write it: 21 480, with a space that does not break."""
    return f"{number:,}".replace(",", "\u00a0")


def serve_static(app: FastAPI) -> None:
    """Serve the style sheets under ``/static``."""
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
