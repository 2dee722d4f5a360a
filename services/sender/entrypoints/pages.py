"""The web version of a section, for mails too long to hold it: ``/w/{token}``.

No cookie, no login, no script, and nothing about who reads: the page is the same for all.
"""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy.exc import NoResultFound

from services.sender.adapters import editions
from services.sender.adapters.links import WebTokens, WebVersion
from services.sender.adapters.typesetting import LayoutTypesetter
from services.sender.domain.wording import wording
from shared.persistence.database import Database
from shared.web.pages import SECURITY

HEADERS = {
    **SECURITY,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Robots-Tag": "noindex",
}
"""As every page; pictures may stand where the orderer has put them, as in the mail."""


def web_router(database: Database, tokens: WebTokens, typesetter: LayoutTypesetter) -> APIRouter:
    """Return the route of web versions."""
    router = APIRouter(tags=["web"], default_response_class=HTMLResponse)

    @router.get("/w/{token}", summary="A section's whole text")
    async def read(token: str) -> HTMLResponse:
        what = tokens.read(token)
        page = None if what is None else await _page(database, typesetter, what)
        if page is None:
            return HTMLResponse(typesetter.no_such_page(), status_code=404, headers=HEADERS)
        return HTMLResponse(page, headers=HEADERS)

    return router


async def _page(database: Database, typesetter: LayoutTypesetter, what: WebVersion) -> str | None:
    """Return the page, or None when the texts of the edition are not here."""
    try:
        async with database.begin() as conn:
            edition = await editions.load(conn, what.edition_id)
    except NoResultFound:
        return None
    section = edition.sections.get(what.position)
    if section is None:
        return None
    return typesetter.web_version(edition, section, wording(what.language))
