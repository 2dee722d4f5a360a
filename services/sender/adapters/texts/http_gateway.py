"""Any gateway that takes a text over HTTP, described by a setting.

Placeholders stand in the values of a body that is given as JSON, and in the URL. A value is put into the
parsed document and encoded afterwards, so no text, number or sender can add a field or break out of one.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote, urlencode

import httpx
from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.sender.adapters.texts.http_answers import HttpRequest, ask, new_client, refusal
from services.sender.domain.replies import one_line
from services.sender.domain.texts.gateway import Accepted, Answer, AnswerLost, Hear, Later, OutgoingText
from services.sender.domain.texts.reports import Report, Said

_PLACEHOLDER = re.compile(r"\{(to|number|from|message|id|callback|valid_seconds|valid_minutes)\}")
_ANY = re.compile(r"\{[^{}]*\}")


class Description(BaseModel):
    """How a gateway is asked, and where its name for a text stands in its answer and in its reports."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    method: Literal["POST", "PUT", "GET"] = "POST"
    headers: dict[str, str] = Field(default_factory=dict)
    body: dict[str, Any] = Field(
        default_factory=lambda: {"to": "{to}", "from": "{from}", "message": "{message}"}
    )
    form: bool = Field(default=False, description="The body goes as a form instead of as JSON.")
    once: bool = Field(
        default=False,
        description="The gateway takes a text once for each {id}: what it leaves open is asked again.",
    )
    id_at: str = Field(default="/id", pattern="^(/[^/]+)+$", description="JSON pointer (RFC 6901).")
    report_id: str = "id"
    report_status: str = "status"
    sent: tuple[str, ...] = ("sent",)
    delivered: tuple[str, ...] = ("delivered",)
    failed: tuple[str, ...] = ("failed", "expired", "undelivered", "rejected")

    @field_validator("headers")
    @classmethod
    def _plain_headers(cls, value: dict[str, str]) -> dict[str, str]:
        if any(_ANY.search(name) or not f"{name}{text}".isprintable() for name, text in value.items()):
            raise ValueError("headers hold no control characters, and their names no placeholders")
        if any(found != "{id}" for text in value.values() for found in _ANY.findall(text)):
            raise ValueError("headers hold no placeholder but {id}")
        return value

    @field_validator("body")
    @classmethod
    def _known_placeholders(cls, value: dict[str, Any]) -> dict[str, Any]:
        for each in _strings(value):
            check_placeholders(each)
        return value


def check_placeholders(template: str) -> None:
    """Raise ValueError for a placeholder that nobody fills."""
    unknown = [found for found in _ANY.findall(template) if not _PLACEHOLDER.fullmatch(found)]
    if unknown:
        raise ValueError(f"unknown placeholder {unknown[0]}")


def _strings(document: Any) -> Iterator[str]:
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict | list):
        for value in document.values() if isinstance(document, dict) else document:
            yield from _strings(value)


@dataclass
class HttpGateway:
    """``url`` may hold placeholders, too; they are percent-encoded."""

    url: str
    sender: str
    description: Description
    seconds: float
    _client: httpx.AsyncClient | None = None

    def __post_init__(self) -> None:
        check_placeholders(self.url)
        named = [self.url, *_strings(self.description.body), *self.description.headers.values()]
        if self.description.once and not any("{id}" in each for each in named):
            raise ValueError("a gateway takes a text once by its {id}, which it is not told")

    async def start(self, hear: Hear) -> None:  # noqa: ARG002  # reports come to our callback
        self._client = new_client(self.seconds)

    async def submit(self, text: OutgoingText) -> Answer:
        """Ask; what is left open is for later where asking again cannot make it two."""
        try:
            return await self._ask(text)
        except AnswerLost as problem:
            if self.description.once:
                return Later(str(problem))
            raise

    async def _ask(self, text: OutgoingText) -> Answer:
        assert self._client is not None
        answer = await ask(self._client, self.request(text))
        refused = refusal(answer)
        return refused or self._read(answer)

    def read_report(self, said: Mapping[str, str]) -> Report | None:
        reference, status = (
            said.get(self.description.report_id, ""),
            said.get(self.description.report_status, ""),
        )
        known = self._said(status.lower())
        return (
            Report(one_line(reference)[:200], known, one_line(status)[:200]) if reference and known else None
        )

    async def stop(self) -> None:
        if self._client:
            await self._client.aclose()
            self._client = None

    def request(self, text: OutgoingText) -> HttpRequest:
        """Return the request for a text."""
        seconds = int(text.valid.total_seconds())
        values = {
            "to": text.to,
            "number": text.to.lstrip("+"),
            "from": self.sender,
            "message": text.words,
            "id": str(text.text_id),
            "callback": text.callback,
            "valid_seconds": str(seconds),
            "valid_minutes": str(max(seconds // 60, 1)),
        }
        url = _fill(self.url, {name: quote(value, safe="") for name, value in values.items()})
        headers = {name: _fill(value, values) for name, value in self.description.headers.items()}
        if self.description.method == "GET":
            return HttpRequest("GET", url, headers, b"")
        body = _fill_all(self.description.body, values)
        kind = "application/x-www-form-urlencoded" if self.description.form else "application/json"
        content = urlencode(body) if self.description.form else json.dumps(body, ensure_ascii=False)
        return HttpRequest(self.description.method, url, {"Content-Type": kind, **headers}, content.encode())

    def _read(self, answer: httpx.Response) -> Answer:
        """A 2xx is a yes; a gateway that names no id is one that cannot report."""
        try:
            reference = _at(json.loads(answer.text), self.description.id_at)
        except ValueError:
            reference = ""
        except RecursionError:
            raise AnswerLost("an answer that cannot be read") from None
        references = (one_line(reference)[:200],) if reference else ()
        return Accepted(references, one_line(f"{answer.status_code} {reference}"))

    def _said(self, status: str) -> Said | None:
        for said, words in (
            (Said.DELIVERED, self.description.delivered),
            (Said.FAILED, self.description.failed),
            (Said.SENT, self.description.sent),
        ):
            if status in (word.lower() for word in words):
                return said
        return None


def _fill(template: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)


def _fill_all(template: Any, values: Mapping[str, str]) -> Any:
    """Return a document with its placeholders filled, in its values alone."""
    if isinstance(template, str):
        return _fill(template, values)
    if isinstance(template, dict):
        return {name: _fill_all(value, values) for name, value in template.items()}
    if isinstance(template, list):
        return [_fill_all(value, values) for value in template]
    return template


def _at(document: Any, pointer: str) -> str:
    """Return what a JSON pointer points to, as text; empty if there is nothing."""
    for name in pointer[1:].split("/"):
        if isinstance(document, list) and name.isdecimal() and int(name) < len(document):
            document = document[int(name)]
        elif isinstance(document, dict) and name in document:
            document = document[name]
        else:
            return ""
    return str(document) if isinstance(document, str | int) else ""
