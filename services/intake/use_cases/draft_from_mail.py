"""Make a draft of an order that came by mail, and tell its writer what is missing (A5)."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.adapters import names, order_mails, orders, register
from services.intake.domain.answers import drafted
from services.intake.domain.checklist import checklist
from services.intake.domain.order_mail import Known, OrderMail, wish_of
from services.intake.domain.orders import Order
from services.intake.domain.states import State
from services.intake.use_cases.answering import answer_drafted
from services.intake.use_cases.desk import Desk, case_of
from shared.addresses import is_deliverable, normalize, takes_answers
from shared.contracts.sender import OrderMailReceived
from shared.ids import new_id
from shared.messaging.consuming import Received

MOST_ANSWERS = 10
"""To one address in a day: whoever writes more often is a machine that does not say so."""

MAIL = "mail"


async def draft_from_mail(conn: AsyncConnection, desk: Desk, received: Received[OrderMailReceived]) -> None:
    """Once for each message. Who wrote it is not proved, so it is a draft whatever it says.

    A writer who is not a named person (A9) is told so, and the desk judges: nothing is refused unseen.
    """
    said, now = received.data, received.now
    mail = OrderMail(normalize(said.writer), said.name, said.subject, said.text, said.attachments)
    if await order_mails.known(conn, said.message_id, mail.writer):
        return
    named = await register.units_named_for(conn, mail.writer)
    everything = await register.register_for(conn, named)
    types = desk.house.names.or_else(await names.known(conn)).assignment_types
    wish = wish_of(mail, Known(everything.units, tuple(named), types))
    order = Order(order_id=new_id(), wish=wish, state=State.DRAFT, received_at=now)
    await orders.add(conn, order)
    await orders.remember(conn, order, "place", now, MAIL)
    before = await order_mails.count_since(conn, mail.writer, now - timedelta(days=1))
    await order_mails.add(conn, said.message_id, order.order_id, mail, said.received_at)
    if before < MOST_ANSWERS and _can_be_answered(desk, mail):
        await _answer(conn, desk, order, mail, now)


def _can_be_answered(desk: Desk, mail: OrderMail) -> bool:
    ours = mail.writer == desk.house.shared_address
    return not ours and is_deliverable(mail.writer) and takes_answers(mail.writer)


async def _answer(conn: AsyncConnection, desk: Desk, order: Order, mail: OrderMail, now: datetime) -> None:
    points = checklist(order, await case_of(conn, desk, order, now))
    await answer_drafted(conn, desk, order, drafted(order, points, mail.attachments), now)
