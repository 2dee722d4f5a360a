"""The pages of an unsubscribe link: ``/u/{token}`` (F1, RFC 8058).

No cookie, no login, no script, no redirect. A GET changes nothing, because programs follow links in mail; a
POST needs no body, so that the one-click of a mail program and the button of the page are the same.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from services.compliance.adapters import suppressions
from services.compliance.domain.links import DutyLink, Link, OptOutLink, link_of
from services.compliance.domain.wording import WORDS, Moment, language_of
from services.compliance.use_cases.dispute_assignment import dispute_assignment
from services.compliance.use_cases.opt_out import opt_out, undo
from services.compliance.use_cases.register import Register
from shared.persistence.database import Database
from shared.web.pages import Pages
from shared.web.tokens import UnsubscribeTokens

TEMPLATES = Path(__file__).parent / "templates"
Accepts = Annotated[str, Header(alias="Accept-Language")]

ASK: dict[str, Moment] = {"organisation": "ask_organisation", "unit": "ask_unit"}
STOPPED: dict[str, Moment] = {"organisation": "stopped_organisation", "unit": "stopped_unit"}


@dataclass(frozen=True)
class Page:
    """What to show: the words of a moment, and where its button leads."""

    moment: Moment
    action: str = ""
    quiet: bool = False
    status: int = 200


UNKNOWN = Page("unknown", status=404)
"""The one answer to every token that is not ours, whatever is wrong with it."""


@dataclass(frozen=True)
class LinkPages:
    """Shows pages for the links of one organisation."""

    database: Database
    register: Register
    tokens: UnsubscribeTokens
    pages: Pages
    organisation: str
    address: str

    def link(self, token: str) -> Link | None:
        known = self.tokens.read(token)
        return None if known is None else link_of(known.address_hash, known.kind, known.key)

    def show(self, page: Page, accepts: str) -> HTMLResponse:
        language = language_of(accepts[:500])
        words = WORDS[language][page.moment]
        values = {
            "lang": "nb" if language == "no" else language,
            "heading": words.heading,
            "paragraphs": [text.replace("{organisation}", self.organisation) for text in words.paragraphs],
            "button": words.button if page.action else "",
            "action": page.action,
            "quiet": page.quiet,
            "organisation": self.organisation,
            "address": self.address,
        }
        answer = self.pages.render("link.html", values, status=page.status)
        answer.headers["X-Robots-Tag"] = "noindex"
        answer.headers["Vary"] = "Accept-Language"
        answer.headers["Content-Language"] = str(values["lang"])
        return answer

    async def answer(
        self, token: str, accepts: str, act: Callable[[AsyncConnection, Link], Awaitable[Page]]
    ) -> HTMLResponse:
        """Act on the link in one transaction, and show the page that follows."""
        link = self.link(token)
        if link is None:
            return self.show(UNKNOWN, accepts)
        async with self.database.begin() as conn:
            page = await act(conn, link)
        return self.show(page, accepts)


def pages_router(pages: LinkPages) -> APIRouter:
    """Return the routes of unsubscribe links."""
    router = APIRouter(prefix="/u", tags=["unsubscribe"], default_response_class=HTMLResponse)
    _add_opting_out(router, pages)
    _add_disputing(router, pages)
    return router


def _add_opting_out(router: APIRouter, pages: LinkPages) -> None:
    @router.get("/{token}", summary="Ask before anything is stopped; changes nothing")
    async def ask(token: str, accepts: Accepts = "") -> HTMLResponse:
        async def look(conn: AsyncConnection, link: Link) -> Page:
            return await _ask(conn, link, token)

        return await pages.answer(token, accepts, look)

    @router.post("/{token}", summary="Stop what the link stands for, at once (RFC 8058)")
    async def stop(token: str, accepts: Accepts = "") -> HTMLResponse:
        async def act(conn: AsyncConnection, link: Link) -> Page:
            if isinstance(link, OptOutLink):
                await opt_out(conn, pages.register, link)
            return await _ask(conn, link, token)

        return await pages.answer(token, accepts, act)

    @router.post("/{token}/undo", summary="Take an opt-out back")
    async def take_back(token: str, accepts: Accepts = "") -> HTMLResponse:
        async def act(conn: AsyncConnection, link: Link) -> Page:
            if isinstance(link, DutyLink):
                return await _ask(conn, link, token)
            again = await undo(conn, pages.register, link)
            return Page("back", f"/u/{token}", quiet=True) if again else Page("kept")

        return await pages.answer(token, accepts, act)


def _add_disputing(router: APIRouter, pages: LinkPages) -> None:
    @router.post("/{token}/assignment", summary="Say that an assignment is no longer one's own")
    async def dispute(token: str, accepts: Accepts = "") -> HTMLResponse:
        async def act(conn: AsyncConnection, link: Link) -> Page:
            if isinstance(link, OptOutLink):
                return await _ask(conn, link, token)
            await dispute_assignment(conn, pages.register, link)
            return Page("disputed")

        return await pages.answer(token, accepts, act)


async def _ask(conn: AsyncConnection, link: Link, token: str) -> Page:
    """The page that a link leads to: what can be stopped, or that it has been."""
    if isinstance(link, DutyLink):
        return Page("duty", f"/u/{token}/assignment")
    known = await suppressions.find(conn, link.address_hash, link.scope)
    if known is not None and known.holds:
        return Page(STOPPED[link.kind], f"/u/{token}/undo", quiet=True)
    return Page(ASK[link.kind], f"/u/{token}")
