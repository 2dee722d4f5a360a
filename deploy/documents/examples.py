"""A full example of each message. The minimal one is the same without what may be left out.

People, units and addresses are invented.
"""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from deploy.documents.examples_by_mail import BY_MAIL
from deploy.documents.examples_of_reports import REPORTS
from deploy.documents.examples_of_texts import TEXTS
from deploy.documents.examples_of_wednesdays import WEDNESDAYS
from shared.contracts import compliance, crm, intake, onboarding, sender
from shared.contracts.envelope import Envelope
from shared.contracts.message import Message

AT = datetime(2027, 2, 10, 9, 30, tzinfo=UTC)
WEDNESDAY = date(2027, 2, 17)
ORDER = UUID("01950a00-0000-7000-8000-000000000001")
EDITION = UUID("01950a00-0000-7000-8000-000000000002")
EARLIER = UUID("01950a00-0000-7000-8000-000000000005")
MAIL = UUID("01950a00-0000-7000-8000-000000000003")
TIMELINE = UUID("01950a00-0000-7000-8000-000000000004")
HASH = "5f" * 32
TEXT = intake.SectionText(subject="Kallelse till årsmöte", markdown="# Årsmöte\n\nVälkommen den 20 mars.")

FULL: tuple[Message, ...] = (
    crm.PersonChanged(
        persons=(
            crm.Person(
                person_id="P1001",
                version=1,
                first_name="Åsa",
                last_name="Öberg",
                email="asa.oberg@example.se",
                phone="070-174 06 05",
                birth_year=1968,
                language="sv",
                email_opted_out=False,
                agreements=("kommunal hök",),
                occupational_groups=("undersköterska",),
            ),
        )
    ),
    crm.PersonErased(persons=(crm.ErasedPerson(person_id="P1001", version=2),)),
    crm.UnitChanged(
        units=(
            crm.Unit(
                unit_id="1280",
                version=1,
                name="Malmö",
                kind="krets",
                region="Skåne län",
                parent_id="12",
                closed=False,
                contacts=(
                    crm.UnitContact(
                        role="mailing", person_id="P1001", name="Åsa Öberg", email="asa.oberg@example.se"
                    ),
                ),
            ),
        )
    ),
    crm.AssignmentChanged(
        assignments=(
            crm.Assignment(
                assignment_id="A77",
                version=1,
                person_id="P1001",
                unit_id="1280",
                assignment_type="ordförande",
                valid_from=date(2026, 4, 1),
                valid_to=date(2028, 3, 31),
            ),
        )
    ),
    crm.AssignmentEnded(assignments=(crm.EndedAssignment(assignment_id="A77", version=2),)),
    crm.InterestRegistered(
        interest_id="I5",
        person_id="P2002",
        first_name="Elif",
        last_name="Dahl",
        email="elif.dahl@example.se",
        phone="070-174 06 06",
        language="sv",
        unit_id="1280",
        wishes="Vill gärna hjälpa till med läxläsning.",
        registered_at=AT,
    ),
    intake.OrderAccepted(
        order_id=ORDER,
        unit_id="1280",
        unit_name="Malmö",
        ordered_by="asa.oberg@example.se",
        title="Handlingar till årsmötet",
        order_class="duty",
        audience=intake.Audience(
            assignment_types=("ordförande",),
            regions=("Skåne län",),
            kinds=("krets",),
            agreements=("kommunal hök",),
            languages=("sv", "en"),
            exclude=intake.Excluded(units=("1281",), recipients_of=(EARLIER,)),
        ),
        texts={"sv": TEXT},
        completed_at=AT,
        not_before=WEDNESDAY,
        urgency="urgent",
        channel="mail",
    ),
    intake.OrderWithdrawn(order_id=ORDER, reason="Mötet är inställt"),
    sender.PrepareEdition(
        edition_id=EDITION,
        wednesday=WEDNESDAY,
        sections=(
            sender.Section(
                position=1,
                order_id=ORDER,
                unit_id="1280",
                unit_name="Malmö",
                order_class="duty",
                title="Handlingar till årsmötet",
                texts={"sv": TEXT},
            ),
        ),
        mails=280,
        batches=2,
    ),
    sender.DeliverBatch(
        edition_id=EDITION,
        batch=1,
        mails=(
            sender.PlannedMail(
                mail_id=MAIL,
                address="asa.oberg@example.se",
                language="sv",
                readers=(
                    sender.Reader(person_id="P1001", name="Åsa Öberg", sections={1: ("ordförande, Malmö",)}),
                ),
            ),
        ),
        until=AT,
    ),
    sender.PauseEdition(edition_id=EDITION, sequence=1),
    sender.ResumeEdition(edition_id=EDITION, sequence=2),
    sender.StopEdition(edition_id=EDITION, sequence=3, reason="Fel datum i kallelsen"),
    sender.SendMessage(
        key="order-answer-1",
        to="asa.oberg@example.se",
        name="Åsa Öberg",
        language="sv",
        subject="Din beställning går ut den 17 februari",
        markdown="Hej!\n\nBeställningen är mottagen.",
        purpose="order-answer",
        person_ids=("P1",),
    ),
    *REPORTS,
    *WEDNESDAYS,
    *BY_MAIL,
    *TEXTS,
    compliance.SuppressionAdded(address_hash=HASH, scope="organisation", reason="opted_out", at=AT),
    compliance.SuppressionLifted(address_hash=HASH, scope="organisation", at=AT),
    compliance.AssignmentDisputed(
        address_hash=HASH, order_id=str(ORDER), unit_id="1280", at=AT, note="Slutade i december"
    ),
    onboarding.StepCompleted(timeline_id=TIMELINE, interest_id="I5", step="letter", at=AT),
)


def envelope(message: Message, *, full: bool) -> dict[str, Any]:
    """Return the example message in its envelope, as JSON values."""
    made = Envelope[Message](
        id=UUID("01950a00-0000-7000-8000-00000000000a"),
        source=f"/onsdag/{message.producer()}",
        type=message.TYPE,
        time=AT,
        correlationid=UUID("01950a00-0000-7000-8000-00000000000b"),
        causationid=UUID("01950a00-0000-7000-8000-00000000000b") if full else None,
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" if full else None,
        data=message,
    )
    dumped: dict[str, Any] = made.model_dump(mode="json", exclude_none=True, serialize_as_any=True)
    if not full:
        dumped = {k: v for k, v in dumped.items() if k not in ("specversion", "datacontenttype")}
        dumped = {"specversion": "1.0", **dumped, "data": _required(message)}
    return dumped


def _required(part: BaseModel) -> dict[str, Any]:
    """Return a model's JSON with only the fields that must be there, at every depth.

    An audience must say who and where, though no one field of it must be there.
    """
    dumped = part.model_dump(mode="json")
    kept = {}
    for name, field in type(part).model_fields.items():
        if field.is_required() or (name in ("assignment_types", "regions") and dumped[name]):
            kept[name] = _values(getattr(part, name), dumped[name])
    return kept


def _values(value: Any, dumped: Any) -> Any:
    if isinstance(value, BaseModel):
        return _required(value)
    if isinstance(value, tuple):
        return [_values(item, d) for item, d in zip(value, dumped, strict=True)]
    if isinstance(value, dict):
        return {str(key): _values(item, dumped[str(key)]) for key, item in value.items()}
    return dumped
