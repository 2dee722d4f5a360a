"""Orders by mail become drafts, never lost, and the sender is told what is missing (A5)."""

from typing import Any
from uuid import UUID

from shared.contracts.sender import OrderMailReceived, SendMessage
from shared.ids import new_id
from tests.component.intake.office import ASA, Office
from tests.support.waiting import until

ANSWERS = "sender.send-message"
TEXT = "Mottagare: ordförande i Skåne län\nFAQ: bifogas\n\nHär är handlingarna."


def mailed(writer: str = ASA, text: str = TEXT, message_id: UUID | None = None) -> OrderMailReceived:
    return OrderMailReceived(
        message_id=message_id or new_id(),
        writer=writer,
        name="Åsa Lind",
        subject="Beställning: Handlingar",
        text=text,
        attachments=("faq.pdf",),
        received_at="2026-11-10T08:59:00Z",
    )


async def say(office: Office, *mails: OrderMailReceived) -> None:
    for mail in mails:
        await office.running.world.say(mail, office.clock.now())


async def drafts(office: Office, wanted: int) -> list[Any]:
    page = await until(
        lambda: office.running.get("/api/v1/orders?state=draft", office.desk),
        lambda seen: seen["total"] >= wanted,
    )
    assert page["total"] == wanted
    return [await office.order(each["order_id"]) for each in page["orders"]]


async def answer(office: Office) -> SendMessage:
    return await office.running.world.hear(ANSWERS, SendMessage)


async def test_A5_it_becomes_a_draft_and_its_writer_hears_what_is_missing(office: Office) -> None:
    mail = mailed()
    await say(office, mail)
    [draft] = await drafts(office, 1)
    assert (draft["unit_id"], draft["ordered_by"], draft["title"]) == ("1281", ASA, "Handlingar")
    assert draft["audience"]["regions"] == ["Skåne län"]
    assert draft["came_as"]["text"] == TEXT
    assert draft["came_as"]["message_id"] == str(mail.message_id)
    said = await answer(office)
    assert said.to == ASA
    assert "(regel A8)" in said.markdown
    assert "inte inskickad" in said.markdown
    assert "faq.pdf" in said.markdown
    assert "Mottagarna saknas" not in said.markdown
    assert [each["kind"] for each in draft["answers"]] == ["drafted"]
    missing = {point["point"] for point in draft["checklist"] if not point["met"]}
    assert missing == {"text_final", "faq_there", "in_good_time"}


async def test_its_writer_completes_the_draft_and_submits_it(office: Office) -> None:
    await say(office, mailed())
    [draft] = await drafts(office, 1)
    whole = {
        "unit_id": draft["unit_id"], "ordered_by": ASA, "title": draft["title"], "submit": True,
        "texts": {"sv": {"markdown": "Handlingarna."}}, "faq": {"text": "Frågor besvaras av kretsen."},
        "audience": {"assignment_types": ["ordförande"], "regions": ["Skåne län"]},
    }  # fmt: skip
    put = await office.running.http.put(
        f"/api/v1/orders/{draft['order_id']}",
        json=whole,
        headers={"Authorization": f"Bearer {office.token()}"},
    )
    assert put.json()["state"] == "accepted"


async def test_A9_who_is_not_a_named_person_gets_a_draft_for_the_desk_to_judge(office: Office) -> None:
    await say(office, mailed("frammande@example.org", "Beställande enhet: Lund\n\nHej!"))
    [draft] = await drafts(office, 1)
    assert (draft["unit_id"], draft["ordered_by"]) == ("1281", "frammande@example.org")
    assert "utskicksansvariga" in (await answer(office)).markdown


async def test_a_mail_of_which_nobody_knows_for_whom_is_kept(office: Office) -> None:
    await say(office, mailed("frammande@example.org", "Texten kommer i morgon."))
    [draft] = await drafts(office, 1)
    assert (draft["unit_id"], draft["state"]) == ("", "draft")
    assert "vilken enhet som beställer" in (await answer(office)).markdown
    submitted = await office.post(f"/orders/{draft['order_id']}/submit", token=office.desk)
    assert {reason["name"] for reason in submitted.json()["reasons"]} >= {"MissingUnit", "MissingFaq"}


async def test_the_same_message_makes_one_draft_and_one_answer(office: Office) -> None:
    message_id = new_id()
    await say(office, *[mailed(message_id=message_id) for _ in range(5)], mailed(text="En annan."))
    await drafts(office, 2)
    await answer(office)
    await answer(office)
    assert await office.running.world.waiting_in(ANSWERS) == 0


async def test_a_machine_that_does_not_say_so_is_answered_ten_times_a_day(office: Office) -> None:
    await say(office, *[mailed(text=f"Nummer {number}.") for number in range(13)])
    await drafts(office, 13)
    for _ in range(10):
        await answer(office)
    assert await office.running.world.waiting_in(ANSWERS) == 0


async def test_our_own_address_is_not_answered(office: Office) -> None:
    await say(office, mailed("info@onsdag.example.org"), mailed("ingen adress"), mailed())
    await drafts(office, 3)
    assert (await answer(office)).to == ASA
    assert await office.running.world.waiting_in(ANSWERS) == 0


async def test_a_machine_that_no_one_reads_behind_gets_its_draft_and_no_answer(office: Office) -> None:
    await say(office, mailed("noreply@example.org"), mailed("Formular.No-Reply@example.org"), mailed())
    await drafts(office, 3)
    assert (await answer(office)).to == ASA
    assert await office.running.world.waiting_in(ANSWERS) == 0


async def test_A4_a_draft_has_no_clock(office: Office) -> None:
    await say(office, mailed())
    [draft] = await drafts(office, 1)
    assert draft["answer"]["urgency"] == "none"
