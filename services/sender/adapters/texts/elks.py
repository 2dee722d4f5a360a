"""46elks and whoever speaks like it: a form in, JSON out, and a form back for each report.

https://46elks.com/docs/send-sms, https://46elks.com/docs/sms-delivery-reports
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import httpx

from services.sender.adapters.texts.http_answers import HttpRequest, ask, new_client, refusal
from services.sender.domain.replies import one_line
from services.sender.domain.texts.gateway import Accepted, Answer, AnswerLost, Hear, OutgoingText, Refused
from services.sender.domain.texts.reports import Report, Said

_SAID = {"sent": Said.SENT, "delivered": Said.DELIVERED, "failed": Said.FAILED}
_COST_UNIT = Decimal(10_000)
"""Costs are in ten-thousandths of the account's currency."""


@dataclass
class Elks:
    """``url`` without user and password. ``dry_run``: the gateway only says what it would cost."""

    url: str
    user: str
    password: str = field(repr=False)
    sender: str
    seconds: float
    dry_run: bool = False
    _client: httpx.AsyncClient | None = None

    @classmethod
    def parse(cls, setting: str, sender: str, seconds: float) -> "Elks":
        """Read ``elks+https://user:password@host[:port]/path[?dryrun=yes]``. Raises ValueError."""
        parts = urlsplit(setting)
        kind, _, scheme = parts.scheme.partition("+")
        if kind != "elks" or scheme not in ("http", "https") or not parts.username or not parts.password:
            raise ValueError("such a gateway is written elks+https://user:password@host/path")
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        host = parts.netloc.rpartition("@")[2]
        return cls(
            url=f"{scheme}://{host}{parts.path or '/a1/sms'}",
            user=unquote(parts.username),
            password=unquote(parts.password),
            sender=sender,
            seconds=seconds,
            dry_run=query.get("dryrun") == "yes",
        )

    async def start(self, hear: Hear) -> None:  # noqa: ARG002  # reports come to our callback
        self._client = new_client(self.seconds, httpx.BasicAuth(self.user, self.password))

    async def submit(self, text: OutgoingText) -> Answer:
        assert self._client is not None
        answer = await ask(self._client, self._request(text))
        refused = refusal(answer)
        return refused or _read(answer)

    def read_report(self, said: Mapping[str, str]) -> Report | None:
        reference, status = said.get("id", ""), said.get("status", "")
        known = _SAID.get(status)
        return (
            Report(one_line(reference)[:200], known, one_line(status)[:200]) if reference and known else None
        )

    async def stop(self) -> None:
        if self._client:
            await self._client.aclose()
            self._client = None

    def _request(self, text: OutgoingText) -> HttpRequest:
        form = {"from": self.sender, "to": text.to, "message": text.words}
        if text.callback:
            form["whendelivered"] = text.callback
        if self.dry_run:
            form["dryrun"] = "yes"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return HttpRequest("POST", self.url, headers, urlencode(form).encode())


def _read(answer: httpx.Response) -> Answer:
    """Read a 2xx. One that is not what is documented leaves open whether the text was taken."""
    try:
        said: dict[str, Any] = json.loads(answer.text)
        reference, status = str(said.get("id", "")), str(said.get("status", "created"))
        cost = said.get("cost", said.get("estimated_cost"))
        charged = Decimal(int(cost)) / _COST_UNIT if cost is not None else None
    except (ValueError, TypeError, AttributeError):
        raise AnswerLost(one_line(f"{answer.status_code} with an answer that cannot be read")) from None
    if status == "failed":
        return Refused(one_line(answer.text))
    references = (one_line(reference)[:200],) if reference else ()
    return Accepted(references, one_line(f"{answer.status_code} {status} {reference}"), charged)
