"""A week in the whole house, over the real bus, database and SMTP."""

import email
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default as modern
from typing import Any

import httpx

from deploy.importing.orders import OrderRequest
from deploy.local.sink import Received
from shared.addresses import address_hash
from shared.contracts.intake import Audience, SectionText
from shared.contracts.message import OrderClass
from shared.web.tokens import UnsubscribeTokens, Unsubscription
from tests.integration.conftest import MONDAY
from tests.support.house import House
from tests.support.waiting import until


def order(title: str, order_class: OrderClass, *types: str, position: int = 1) -> OrderRequest:
    return OrderRequest(
        position=position,
        unit_id="1280",
        ordered_by="asa@example.se",
        title=title,
        order_class=order_class,
        texts={"sv": SectionText(subject=title, markdown=f"Texten om {title}.")},
        audience=Audience(assignment_types=types, all_units=True),
        faq="Frågor besvaras av kansliet.",
        not_before=None,
        received_at=MONDAY,
    )


async def place(house: House, *orders: OrderRequest) -> list[str]:
    """Place orders and wait until each has its Wednesday; return their ids."""
    answers = [await house.around.apis.place(one) for one in orders]
    assert [answer.status_code for answer in answers] == [201] * len(orders), answers[0].text

    async def states() -> set[str]:
        return {found["state"] for found in await house.around.apis.orders()}

    await until(states, lambda seen: seen == {"scheduled"})
    return [str(answer.json()["order_id"]) for answer in answers]


def parsed(mail: Received) -> EmailMessage:
    message = email.message_from_bytes(mail.raw, policy=modern)
    assert isinstance(message, EmailMessage)
    return message


def by_address(mails: list[Received]) -> dict[str, EmailMessage]:
    assert len({mail.recipients for mail in mails}) == len(mails), "somebody got two mails"
    return {mail.recipients[0]: parsed(mail) for mail in mails}


def orders_in(message: EmailMessage) -> list[str]:
    return [part.strip() for part in str(message["X-Onsdag-Orders"]).split(",")]


def link_of(house: House, address: str, kind: Any = "organisation", key: str = "") -> str:
    return UnsubscribeTokens(house.secret).make(
        Unsubscription(address_hash(house.secret, address), kind, key)
    )


async def test_each_address_gets_one_mail_with_all_its_orders(running: House) -> None:
    duty, news = await place(
        running,
        order("Årsmötet", "duty", "ordförande"),
        order("Kursen", "information", "ordförande", "kassör", position=2),
    )
    await running.wednesdays.let_pass()
    mails = by_address(running.received())
    assert {address: orders_in(mail) for address, mail in mails.items()} == {
        "bo@example.se": [duty, news],
        "cilla@example.se": [news],
        "dan@example.se": [duty, news],
        "par@example.se": [duty, news],
        "hugo@example.se": [duty],
    }
    shared = mails["par@example.se"].get_body(("plain",))
    assert shared is not None
    assert "Eva Holm" in shared.get_content()
    assert "Finn Holm" in shared.get_content()


async def test_an_opt_out_between_freeze_and_delivery_is_obeyed(running: House) -> None:
    duty, news = await place(
        running,
        order("Årsmötet", "duty", "ordförande"),
        order("Kursen", "information", "ordförande", "kassör", position=2),
    )
    (edition,) = await running.around.apis.editions()
    await running.wednesdays.let_pass(before=edition.freeze_at + timedelta(hours=1))
    assert (await running.around.apis.edition(edition.edition_id)).state == "frozen"
    for address in ("cilla@example.se", "dan@example.se"):
        assert (await running.one_click(link_of(running, address))).status_code == 200

    async def known() -> int:
        return int((await running.around.apis.get("scheduler", "/register"))["suppressions"])

    await until(known, lambda count: count == 3)
    await running.wednesdays.let_pass()
    mails = by_address(running.received())
    assert "cilla@example.se" not in mails
    assert orders_in(mails["dan@example.se"]) == [duty]
    assert orders_in(mails["bo@example.se"]) == [duty, news]
    why = await running.around.apis.get("scheduler", f"/orders/{news}/people/3")
    assert (why["answer"], why["reason"]) == ("excluded", "opted_out")


async def test_the_link_in_a_received_mail_stops_the_next_one(running: House) -> None:
    await place(running, order("Kursen", "information", "ordförande"))
    await running.wednesdays.let_pass()
    mails = by_address(running.received())
    header = str(mails["bo@example.se"]["List-Unsubscribe"])
    assert mails["bo@example.se"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = header.partition(",")[0].strip("<>").rpartition("/u/")[2]
    assert (await running.one_click(token)).status_code == 200

    async def known() -> int:
        return int((await running.around.apis.get("scheduler", "/register"))["suppressions"])

    await until(known, lambda count: count == 2)
    later = order("Lägret", "appeal", "ordförande", position=2)
    assert (await running.around.apis.place(later)).status_code == 201

    async def placed() -> list[str]:
        return [found["state"] for found in await running.around.apis.orders()]

    await until(placed, lambda seen: "scheduled" in seen)
    before = len(running.received())
    await running.wednesdays.let_pass()
    new = by_address(running.received()[before:])
    assert set(new) == {"dan@example.se", "par@example.se"}


async def test_an_altered_link_is_refused_and_changes_nothing(running: House) -> None:
    token = link_of(running, "bo@example.se")
    other_first = ("B" if token[0] == "A" else "A") + token[1:]
    answers = [await running.one_click(wrong) for wrong in (token[:-1], other_first, "x", token + "A")]
    assert len({(answer.status_code, answer.text) for answer in answers}) == 1
    assert answers[0].status_code in {400, 404}
    async with httpx.AsyncClient() as client:
        looked = await client.get(f"{running.services.url('compliance')}/u/{token}")
    assert looked.status_code == 200
    assert (await running.around.apis.get("compliance", "/suppressions/count"))["total"] == 1


async def test_the_orderer_is_told_the_date(running: House, sink: Any) -> None:
    from deploy.local.sink import read_messages

    await place(running, order("Kursen", "information", "ordförande"))

    async def answers() -> list[EmailMessage]:
        return [parsed(mail) for mail in read_messages(sink.folder) if mail.recipients == ("asa@example.se",)]

    (answer,) = await until(answers)
    body = answer.get_body(("plain",))
    assert body is not None
    assert "17 februari" in body.get_content()
    assert "exempelforbundet.example.se" in str(answer["From"])
