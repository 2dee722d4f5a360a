"""A compliance under test, its links, and the steps that several tests take."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import httpx

from services.compliance.main import create_app
from services.compliance.settings import ComplianceSettings
from shared.addresses import address_hash
from shared.clock import FileClock
from shared.contracts.compliance import SuppressionAdded, SuppressionLifted
from shared.web.tokens import ApiTokens, Role, UnsubscribeTokens, Unsubscription
from tests.support.one_service import Running, bearer, running

SECRET = "0123456789abcdef0123456789abcdef"
WEDNESDAY = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
ASA = "asa.lind@example.org"
ADDED = "scheduler.suppress-address"
LIFTED = "scheduler.lift-suppression"
DISPUTED = "crm.read-disputes"


@dataclass(frozen=True)
class Post:
    """A running compliance, and the ways to use it."""

    running: Running
    clock: FileClock
    settings: ComplianceSettings

    @property
    def desk(self) -> str:
        return self.token("desk@example.org", "desk")

    def token(self, subject: str, role: Role) -> str:
        return ApiTokens(self.settings.secret, self.clock).issue(subject, role, timedelta(days=365))

    def hash_of(self, address: str = ASA) -> bytes:
        return address_hash(self.settings.secret, address)

    def link(
        self,
        kind: Literal["organisation", "unit", "duty"] = "organisation",
        key: str = "",
        address: str = ASA,
    ) -> str:
        """Return the path of a link as a mail would carry it."""
        what = Unsubscription(self.hash_of(address), kind, key)
        return f"/u/{UnsubscribeTokens(self.settings.secret).make(what)}"

    async def one_click(self, path: str) -> httpx.Response:
        """What a mail program posts (RFC 8058 §3.2)."""
        return await self.running.http.post(path, data={"List-Unsubscribe": "One-Click"})

    async def post(self, path: str, given: Any, token: str | None = None) -> httpx.Response:
        return await self.running.http.post(f"/api/v1{path}", json=given, headers=bearer(token or self.desk))

    async def known(self, address: str = ASA) -> Any:
        answer = await self.post("/suppressions/lookup", {"address": address})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def holding(self, address: str = ASA) -> list[tuple[str, str]]:
        """The scopes and reasons that hold for an address."""
        known = await self.known(address)
        return [(item["scope"], item["reason"]) for item in known["suppressions"] if item["holds"]]

    async def added(self) -> SuppressionAdded:
        return await self.running.world.hear(ADDED, SuppressionAdded)

    async def lifted(self) -> SuppressionLifted:
        return await self.running.world.hear(LIFTED, SuppressionLifted)


@asynccontextmanager
async def open_post(database_url: str, amqp_url: str, folder: Path) -> AsyncIterator[Post]:
    """Run a compliance on a Wednesday morning."""
    path = folder / "clock"
    clock = FileClock(path)
    clock.set(WEDNESDAY)
    settings = ComplianceSettings(
        database_url=database_url,
        amqp_url=amqp_url,
        secret_key=SECRET,
        clock=f"file:{path}",
        organisation_name="Föreningen & vännerna",
    )
    async with running(create_app(settings), amqp_url, (ADDED, LIFTED, DISPUTED)) as service:
        yield Post(service, clock, settings)
