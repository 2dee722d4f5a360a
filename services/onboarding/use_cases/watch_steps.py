"""Count what is late, missing or failed, and say which mails should have been with somebody by now."""

import structlog
from prometheus_client import Gauge

from services.onboarding.adapters import overview
from services.onboarding.adapters.overview import Moment
from services.onboarding.domain.steps import STEPS
from shared.persistence.database import Database

log = structlog.get_logger(__name__)

TROUBLES = ("late", "missing", "failed")
IN_TROUBLE = Gauge(
    "onsdag_onboarding_steps", "Steps that are late, missing something or failed (C1–C9)", ["step", "trouble"]
)
NAMED = 50
"""Most timelines that one line of the log names."""


async def watch_steps(database: Database, at: Moment) -> None:
    """Set the metric, and log the late mails (C1, C2)."""
    async with database.begin() as conn:
        counts = {row["step"]: row for row in await overview.open_steps(conn, at)}
        late = await overview.late_mails(conn, at, NAMED)
    for step in STEPS:
        for trouble in TROUBLES:
            IN_TROUBLE.labels(step=step, trouble=trouble).set(counts[step][trouble] if step in counts else 0)
    for step in ("contact", "letter"):
        if named := [str(row["timeline_id"]) for row in late if row["step"] == step]:
            log.warning("mails_late", step=step, count=counts[step]["late"], timeline_ids=named)
