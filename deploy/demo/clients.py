"""The services' APIs, as the demo calls them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import httpx

from deploy.demo.delivery import Delivery
from deploy.importing.orders import OrderRequest
from shared.clock import Clock
from shared.web.tokens import ApiTokens, Role

LIFETIME = timedelta(days=3650)
"""The demo's clock jumps weeks ahead, and so would a token's end come."""


@dataclass(frozen=True)
class Edition:
    """A Wednesday as the scheduler shows it. ``outcomes`` are mails by state."""

    edition_id: str
    wednesday: str
    state: str
    freeze_at: datetime
    release_at: datetime
    orders: int
    pairs: int
    mails: int
    saved_percent: float
    outcomes: dict[str, int]
    excluded: dict[str, int]

    @classmethod
    def of(cls, shown: dict[str, Any]) -> "Edition":
        return cls(
            edition_id=shown["edition_id"],
            wednesday=shown["wednesday"],
            state=shown["state"],
            freeze_at=datetime.fromisoformat(shown["freeze_at"]),
            release_at=datetime.fromisoformat(shown["release_at"]),
            orders=shown["orders"],
            pairs=shown["pairs"],
            mails=shown["mails"],
            saved_percent=shown["saved_percent"],
            outcomes=shown["outcomes"],
            excluded=shown["excluded"],
        )


class Services(Protocol):
    """Where the services listen, whatever they run in."""

    def url(self, service: str) -> str: ...


class Apis:
    """Calls the services with tokens of the demo's own key."""

    def __init__(self, services: Services, secret: bytes, clock: Clock) -> None:
        self._services = services
        self._tokens = ApiTokens(secret, clock)
        self._http = httpx.AsyncClient(timeout=60)

    async def close(self) -> None:
        await self._http.aclose()

    def _headers(self, subject: str, role: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens.issue(subject, role, LIFETIME)}"}

    async def get(self, service: str, path: str, **query: Any) -> dict[str, Any]:
        """Return what a service's API answers to the administrator."""
        answer = await self._http.get(
            f"{self._services.url(service)}/api/v1{path}",
            params=query,
            headers=self._headers("demo", "admin"),
        )
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    async def place(self, order: OrderRequest) -> httpx.Response:
        """Place and submit an order in its orderer's name."""
        headers = {**self._headers(order.ordered_by, "orderer"), "Idempotency-Key": f"demo-{order.position}"}
        return await self._http.post(
            f"{self._services.url('intake')}/api/v1/orders", json=order_body(order), headers=headers
        )

    async def name_person(self, unit_id: str, addresses: list[str]) -> None:
        """Make these the unit's local named people (A9)."""
        answer = await self._http.put(
            f"{self._services.url('intake')}/api/v1/units/{unit_id}/named-people",
            json={"people": [{"address": address} for address in addresses]},
            headers=self._headers("demo", "admin"),
        )
        answer.raise_for_status()

    async def orders(self) -> list[dict[str, Any]]:
        """Return every order, newest first."""
        found: list[dict[str, Any]] = []
        while True:
            page = await self.get("intake", "/orders", limit=200, offset=len(found))
            found += page["orders"]
            if len(found) >= page["total"]:
                return found

    async def editions(self) -> list[Edition]:
        """Return the Wednesdays that have orders, earliest first."""
        listed = (await self.get("scheduler", "/editions", limit=200))["editions"]
        found = [Edition.of(shown) for shown in listed]
        return sorted((e for e in found if e.orders), key=lambda edition: edition.wednesday)

    async def edition(self, edition_id: str) -> Edition:
        """Return one Wednesday."""
        return Edition.of(await self.get("scheduler", f"/editions/{edition_id}"))

    async def delivery(self, edition_id: str) -> Delivery | None:
        """Return how far the sender is with an edition; None while it does not know of it."""
        answer = await self._http.get(
            f"{self._services.url('sender')}/api/v1/editions/{edition_id}/progress",
            headers=self._headers("demo", "admin"),
        )
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        answer.raise_for_status()
        return Delivery.of(answer.json())

    async def unsubscribe(
        self, method: str, path: str, form: Mapping[str, str], headers: dict[str, str]
    ) -> httpx.Response:
        """Pass a request for an unsubscribe page on to compliance."""
        return await self._http.request(
            method, f"{self._services.url('compliance')}{path}", data=dict(form), headers=headers
        )

    async def web_version(self, token: str) -> httpx.Response:
        """Ask the sender for the web version of a text."""
        return await self._http.get(f"{self._services.url('sender')}/w/{token}")


def order_body(order: OrderRequest) -> dict[str, Any]:
    """Return an order of the orders file as the intake API takes it."""
    body: dict[str, Any] = {
        "unit_id": order.unit_id,
        "ordered_by": order.ordered_by,
        "title": order.title,
        "order_class": order.order_class,
        "texts": {
            language: {"subject": text.subject, "markdown": text.markdown}
            for language, text in order.texts.items()
        },
        "audience": {
            "assignment_types": list(order.audience.assignment_types),
            "all_units": order.audience.all_units,
            "regions": list(order.audience.regions),
            "units": list(order.audience.units),
        },
        "faq": {"text": order.faq} if order.faq else None,
        "not_before": order.not_before.isoformat() if order.not_before else None,
        "sender": order.sender,
        "submit": True,
    }
    return {name: value for name, value in body.items() if value is not None}
