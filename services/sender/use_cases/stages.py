"""Where the time of the connections goes: always measured, for it says what to look at when it is slow."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import Counter

STAGES = ("wait", "connect", "compose", "commit", "smtp")
"""For a leased mail; for a connection; writing the mail; its intent, with the conclusion of the mail before;
handing it over."""

_SECONDS = Counter("onsdag_sender_stage_seconds_total", "Time of all connections, by stage", ["stage"])
_COUNTERS = {stage: _SECONDS.labels(stage=stage) for stage in STAGES}


@contextmanager
def spent(stage: str) -> Iterator[None]:
    """Count the time of the block to a stage."""
    began = perf_counter()
    try:
        yield
    finally:
        _COUNTERS[stage].inc(perf_counter() - began)


def seconds_by_stage() -> dict[str, float]:
    """Return what was counted in this process so far."""
    return {
        sample.labels["stage"]: sample.value
        for metric in _SECONDS.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
    }
