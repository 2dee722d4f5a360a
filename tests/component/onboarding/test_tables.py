"""The tables are what the migrations make, and the service says that it is ready."""

import asyncio

from shared.persistence.migrations import check
from tests.component.onboarding.reception import Reception


async def test_tables_and_migrations_agree(fresh_database: str) -> None:
    await asyncio.to_thread(check, "onboarding", fresh_database)


async def test_the_service_is_ready_and_documents_itself(reception: Reception) -> None:
    answer = await reception.running.http.get("/health/ready")
    assert answer.json()["status"] == "ready", answer.text
    document = (await reception.running.http.get("/api/openapi.json")).json()
    assert {"/api/v1/timelines", "/api/v1/timelines/{timeline_id}", "/api/v1/figures"} <= set(
        document["paths"]
    )
    assert document["components"]["schemas"]["TimelineOut"]["examples"]
