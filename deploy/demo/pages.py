"""The demo's pages: the edition's figures, the orders, and the mailbox of the sink."""

import email
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path
from typing import Annotated, Any

import httpx
from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse

from deploy.demo.clients import Apis, Edition
from deploy.demo.delivery import Delivery
from deploy.demo.result import sentence
from deploy.demo.wording import REASONS, STATES, WORDS, Lang
from deploy.local.sink import Mailbox
from shared.web.pages import Pages, serve_static, spaced

SHOWN = 50
REFRESH_SECONDS = "2"
"""How often the start page is loaded again while mails are leaving."""
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)
"""A mail is shown with its own styles and nothing else: no scripts, nothing fetched."""


@dataclass(frozen=True)
class Letter:
    """A received mail, as its recipient's program shows it."""

    number: int
    to: str
    sender: str
    subject: str
    date: str
    language: str
    text: str
    html: str


def read_letter(number: int, raw: bytes) -> Letter:
    """Return a message for reading."""
    message = email.message_from_bytes(raw, policy=modern)
    assert isinstance(message, EmailMessage)
    return Letter(
        number=number,
        to=str(message["To"] or ""),
        sender=str(message["From"] or ""),
        subject=str(message["Subject"] or ""),
        date=str(message["Date"] or ""),
        language=str(message["Content-Language"] or "sv"),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def make_pages(apis: Apis, sink_folder: Path) -> FastAPI:
    """Return the application behind http://127.0.0.1:8080."""
    app = FastAPI(openapi_url=None)
    serve_static(app)
    pages = Pages(Path(__file__).parent / "templates")
    mailbox = Mailbox(sink_folder)
    _add_start(app, pages, apis)
    _add_mailbox(app, pages, mailbox)
    _add_links(app, apis)
    return app


def _add_start(app: FastAPI, pages: Pages, apis: Apis) -> None:
    @app.get("/")
    async def start(lang: Lang = "sv") -> HTMLResponse:
        editions = await apis.editions()
        deliveries = {e.edition_id: await apis.delivery(e.edition_id) for e in editions}
        leaving = any(delivery and delivery.left for delivery in deliveries.values())
        page = pages.render(
            "start.html",
            {
                "t": WORDS[lang],
                "lang": lang,
                "here": "start",
                "sentence": _sentence(editions, lang, leaving=leaving),
                "editions": [_edition(each, deliveries[each.edition_id], lang) for each in editions],
                "orders": [_order(order, lang) for order in await apis.orders()],
            },
        )
        if leaving:
            page.headers["Refresh"] = REFRESH_SECONDS
        return page


def _sentence(editions: list[Edition], lang: Lang, *, leaving: bool) -> str:
    orders, pairs = sum(e.orders for e in editions), sum(e.pairs for e in editions)
    sent = sum(e.outcomes.get("accepted", 0) for e in editions)
    if leaving:
        return sentence(orders, pairs, sum(e.mails for e in editions), lang, so_far=sent)
    return sentence(orders, pairs, sent, lang)


def _edition(edition: Edition, delivery: Delivery | None, lang: Lang) -> dict[str, Any]:
    state, tone = STATES[lang].get(edition.state, (edition.state, "wait"))
    excluded = sorted(edition.excluded.items(), key=lambda pair: -pair[1])
    return {
        "day": edition.wednesday,
        "state": state,
        "tone": tone,
        "orders": edition.orders,
        "pairs": edition.pairs,
        "accepted": delivery.accepted if delivery else 0,
        "delivery": delivery,
        "saved": f"{edition.saved_percent:.0f}",
        "excluded": [{"reason": REASONS[lang].get(name, name), "count": count} for name, count in excluded],
    }


def _order(order: dict[str, Any], lang: Lang) -> dict[str, Any]:
    state, tone = STATES[lang].get(order["state"], (order["state"], "wait"))
    return {
        "title": order["title"],
        "unit": order["unit_name"] or order["unit_id"],
        "state": state,
        "tone": tone,
        "wednesday": order["wednesday"] or "–",
        "recipients": "–" if order["recipients"] is None else spaced(order["recipients"]),
        "reasons": [f"{reason['rule']}: {reason[lang]}" for reason in order["reasons"]],
    }


def _add_mailbox(app: FastAPI, pages: Pages, mailbox: Mailbox) -> None:
    @app.get("/mailbox")
    def letters(
        lang: Lang = "sv",
        q: Annotated[str, Query(max_length=320)] = "",
        skip: Annotated[int, Query(ge=0)] = 0,
    ) -> HTMLResponse:
        kept = mailbox.newest(address=q.strip(), limit=SHOWN + 1, skip=skip)
        values = {
            "letters": [read_letter(each.number, each.raw) for each in kept[:SHOWN]],
            "total": len(mailbox),
            "query": q,
            "newer": max(skip - SHOWN, 0) if skip else None,
            "older": skip + SHOWN if len(kept) > SHOWN else None,
        }
        return pages.render("mailbox.html", {"t": WORDS[lang], "lang": lang, "here": "mailbox", **values})

    @app.get("/mailbox/{number}")
    def letter(number: int, lang: Lang = "sv", *, text: bool = False) -> HTMLResponse:
        kept = mailbox.get(number)
        if kept is None:
            return _missing(pages, lang)
        values = {"letter": read_letter(number, kept.raw), "as_text": text}
        return pages.render("letter.html", {"t": WORDS[lang], "lang": lang, "here": "mailbox", **values})

    @app.get("/mailbox/{number}/html")
    def html(number: int) -> Response:
        kept = mailbox.get(number)
        if kept is None:
            return Response(status_code=404)
        shown = read_letter(number, kept.raw).html
        return HTMLResponse(
            shown, headers={"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}
        )


def _missing(pages: Pages, lang: Lang) -> HTMLResponse:
    return pages.render("missing.html", {"t": WORDS[lang], "lang": lang, "here": "mailbox"}, status=404)


def _add_links(app: FastAPI, apis: Apis) -> None:
    """The links in the mails lead here, as they would to the organisation's own address."""

    @app.api_route("/u/{token}", methods=["GET", "POST"])
    @app.api_route("/u/{token}/{action}", methods=["GET", "POST"])
    async def unsubscribe(request: Request, token: str, action: str = "") -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        headers = {"Accept-Language": request.headers.get("accept-language", "sv")}
        path = f"/u/{token}/{action}" if action else f"/u/{token}"
        return _passed_on(await apis.unsubscribe(request.method, path, form, headers))

    @app.get("/w/{token}")
    async def web_version(token: str) -> Response:
        return _passed_on(await apis.web_version(token))


def _passed_on(answer: httpx.Response) -> Response:
    return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))
