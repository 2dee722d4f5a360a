"""The whole topology: the services' queues, and those from which the upstream CRM reads."""

from collections.abc import Iterator, Mapping

from aio_pika import connect

from services.compliance import topology as compliance
from services.intake import topology as intake
from services.onboarding import topology as onboarding
from services.scheduler import topology as scheduler
from services.sender import topology as sender
from shared.contracts.compliance import AssignmentDisputed
from shared.contracts.onboarding import StepCompleted
from shared.contracts.scheduler import AddressMissing, EditionParked
from shared.contracts.sender import AddressFailed, ProviderPaused
from shared.contracts.texts import TextConcluded
from shared.messaging.topology import Consume, Queue, declare, queue_for

CRM = (
    Consume("read-disputes", AssignmentDisputed),
    Consume("read-steps", StepCompleted),
    Consume("read-failed-addresses", AddressFailed),
    Consume("read-missing-addresses", AddressMissing),
    Consume("read-texts", TextConcluded),
)
"""What we report back to the CRM (D3). It reads these queues when it likes."""

OPERATIONS = (Consume("read-pauses", ProviderPaused), Consume("read-parkings", EditionParked))
"""What those who run the installation read, if they have a system for alarms. The desk gets a mail, too."""

CONSUMES: Mapping[str, tuple[Consume, ...]] = {
    "intake": intake.CONSUMES,
    "scheduler": scheduler.CONSUMES,
    "sender": sender.CONSUMES,
    "onboarding": onboarding.CONSUMES,
    "compliance": compliance.CONSUMES,
    "crm": CRM,
    "operations": OPERATIONS,
}

SERVICES = ("intake", "scheduler", "sender", "onboarding", "compliance")


def all_queues() -> Iterator[Queue]:
    """Every queue on the bus, without the dead ones."""
    for service, consumes in CONSUMES.items():
        for consume in consumes:
            yield queue_for(service, consume)


async def declare_topology(amqp_url: str) -> None:
    """Declare every exchange and queue."""
    connection = await connect(amqp_url)
    async with connection, connection.channel() as channel:
        await declare(channel, all_queues())
