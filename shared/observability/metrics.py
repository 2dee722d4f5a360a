"""Prometheus metrics that all services share."""

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter("onsdag_messages_total", "Messages consumed, by queue and result", ["queue", "result"])
OUTBOX_WAITING = Gauge("onsdag_outbox_waiting", "Rows in the outbox that are due", ["service"])
OUTBOX_AGE = Gauge("onsdag_outbox_oldest_seconds", "Age of the oldest due outbox row", ["service"])
JOB_SECONDS = Histogram("onsdag_job_seconds", "Duration of a periodic job", ["service", "job"])
JOB_FAILURES = Counter("onsdag_job_failures_total", "Periodic jobs that failed", ["service", "job"])
REQUESTS = Histogram("onsdag_request_seconds", "Duration of an HTTP request", ["service", "method", "status"])
