"""Errors as problem details (RFC 9457). A rule's refusal carries its number."""

from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"


class ProblemDetails(BaseModel):
    """RFC 9457 §3, with the rule that was broken where there is one."""

    type: str = Field(default="about:blank", examples=["urn:onsdag:rule:A8"])
    title: str = Field(examples=["The FAQ is missing"])
    status: int = Field(examples=[422])
    detail: str = Field(default="", examples=["Without the FAQ the order does not leave (A8)."])
    rule: str | None = Field(default=None, examples=["A8"])
    errors: list[dict[str, str]] | None = Field(
        default=None, examples=[[{"field": "title", "message": "is missing"}]]
    )


class Problem(Exception):
    """An error that the caller can read. ``rule`` is a number of the house rules."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str = "",
        *,
        rule: str | None = None,
        errors: Sequence[dict[str, str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.details = ProblemDetails(
            type=f"urn:onsdag:rule:{rule}" if rule else "about:blank",
            title=title,
            status=status,
            detail=detail,
            rule=rule,
            errors=list(errors) if errors is not None else None,
        )
        self.headers = headers


def response(details: ProblemDetails, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return the response that carries a problem."""
    return JSONResponse(
        details.model_dump(exclude_none=True),
        status_code=details.status,
        headers=headers,
        media_type=MEDIA_TYPE,
    )


async def _problem(_: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, Problem)
    return response(problem.details, problem.headers)


async def _http(_: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, HTTPException)
    headers = dict(problem.headers) if problem.headers else None
    return response(ProblemDetails(title=str(problem.detail), status=problem.status_code), headers)


async def _invalid(_: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, RequestValidationError)
    errors = [
        {"field": ".".join(str(part) for part in error["loc"]), "message": str(error["msg"])}
        for error in problem.errors()
    ]
    return response(ProblemDetails(title="The request is not valid", status=422, errors=errors))


async def _bug(_: Request, problem: Exception) -> JSONResponse:
    log.error("request_failed", exc_info=problem)
    return response(ProblemDetails(title="Something went wrong here; it has been logged", status=500))


def install(app: FastAPI) -> None:
    """Make every error of an application a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _bug)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` of a route, for its OpenAPI document."""
    return {status: {"model": ProblemDetails, "content": {MEDIA_TYPE: {}}} for status in statuses}
