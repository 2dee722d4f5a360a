"""People who are erased (F2), and what has served its purpose (F5), in the ledgers of mails and texts."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.sender.adapters.texts import ledger as texts
from services.sender.use_cases.erase_persons import ErasePersons
from services.sender.use_cases.forget_sent import ForgetSent
from services.sender.use_cases.send_message import SendLetter
from services.sender.use_cases.texts.record_texts import Recording, RecordText
from shared.clock import FixedClock
from shared.contracts.crm import ErasedPerson, PersonErased
from shared.contracts.sender import SendMessage
from shared.contracts.texts import SendText
from shared.ids import new_id
from shared.messaging.consuming import Received
from shared.messaging.failures import Transient
from tests.component.sender.mailbox.reader import Counter, hard, open_counter
from tests.component.sender.mailbox.test_what_follows import written
from tests.component.sender.texts.test_killed_senders import new_text
from tests.component.sender.texts.text_desk import NOON

ASA, BO = "asa.lind@example.se", "bo.ek@example.se"
BOTH = [["p1", "Åsa Lind", {"1": ["ordförande"]}], ["p2", "Bo Ek", {"2": []}]]


@pytest.fixture
async def counter(sender_database: str) -> AsyncIterator[Counter]:
    async with open_counter(sender_database) as opened:
        yield opened


@pytest.fixture
async def passing_counter(sender_database: str) -> AsyncIterator[Counter]:
    async with open_counter(sender_database, desk_address="arenden@onsdag.example.org") as opened:
        yield opened


async def erase(counter: Counter, *persons: str) -> None:
    said = PersonErased(persons=tuple(ErasedPerson(person_id=each, version=9) for each in persons))
    async with counter.base.database.begin() as conn:
        await ErasePersons(FixedClock(NOON))(conn, received(said))


async def execute(counter: Counter, statement: str) -> None:
    async with counter.base.database.begin() as conn:
        await conn.exec_driver_sql(statement)


def received(said: Any) -> Received[Any]:
    return Received(said, new_id(), new_id(), NOON, 1, NOON)


async def letter(counter: Counter, to: str, *persons: str) -> UUID:
    said = SendMessage(key=to, to=to, subject="Hej Anna", markdown=to, purpose="test", person_ids=persons)
    async with counter.base.database.begin() as conn:
        await SendLetter(counter.settings.secret)(conn, received(said))
    return UUID(str((await counter.one(f"SELECT mail_id FROM mail WHERE key = '{to}'")).mail_id))


async def text(counter: Counter, phone: str, words: str, *persons: str, **given: Any) -> UUID:
    new = new_text(phone, words)
    new = replace(new, **{"key": str(new.text_id), "person_ids": persons, **given})
    async with counter.base.database.begin() as conn:
        await texts.record(conn, [new], NOON)
    return new.text_id


async def everything(counter: Counter) -> str:
    """Return all that the database holds of mails, texts and what people wrote."""
    tables = ("mail", "delivery", "text_message", "text_delivery", "text_report", "mailbox_words",
              "mailbox_message", "outcome")  # fmt: skip
    found = []
    for table in tables:
        row = await counter.one(
            f"SELECT coalesce(string_agg(CAST(t AS text), ' '), '') AS all FROM {table} t"
        )
        found.append(row.all)
    return "\n".join(found)


async def state(counter: Counter, mail_id: UUID) -> str:
    return str((await counter.one(f"SELECT state FROM delivery WHERE mail_id = '{mail_id}'")).state)


async def test_F2_nothing_says_whom_a_mail_was_for_and_that_it_went_stays(counter: Counter) -> None:
    mail_id = await counter.sent(ASA)
    await execute(counter, f"UPDATE delivery SET reply = '250 <{ASA}> Ok'")
    about = await letter(counter, "medlem@example.se", "p1")
    await execute(counter, f"UPDATE delivery SET state = 'accepted', due_at = NULL WHERE mail_id = '{about}'")
    await counter.push(written(ASA, "Fråga", "Hur gör vi? /Åsa"))
    sent = await text(counter, "+46701740605", "Hej Åsa!", "p1")
    await execute(
        counter, "UPDATE text_delivery SET state = 'delivered', due_at = NULL, reply = '+46701740605'"
    )
    await erase(counter, "p1")
    left = await everything(counter)
    for known in (ASA, "Åsa", "p1", "Anna", "+46701740605"):
        assert known not in left
    assert (await counter.one(f"SELECT letter FROM mail WHERE mail_id = '{about}'")).letter == {}
    assert await state(counter, mail_id) == "accepted"
    assert (await counter.one(f"SELECT state, parts FROM text_delivery JOIN text_message USING (text_id) "
                              f"WHERE text_id = '{sent}'")) == ("delivered", 1)  # fmt: skip


async def test_F2_a_text_to_one_person_goes_with_whom_it_names(counter: Counter) -> None:
    recording = Recording(counter.settings.secret, "SE", 4, timedelta(days=1), sending=True)
    said = SendText(key="call-1", to="+46701740605", text="Hej!", purpose="test", person_ids=("p1",))
    async with counter.base.database.begin() as conn:
        await RecordText(recording)(conn, received(said))
    await erase(counter, "p1")
    row = await counter.one(
        "SELECT phone, words, reason FROM text_message JOIN text_delivery USING (text_id)"
    )
    assert (row.phone[:7], row.words, row.reason) == ("erased:", "", "erased")


async def left_of(counter: Counter, *known: str) -> list[str]:
    """Return which of these words the database still holds."""
    left = await everything(counter)
    return [each for each in known if each in left]


async def test_F2_what_was_passed_on_to_the_desk_goes_with_who_wrote_it(passing_counter: Counter) -> None:
    """Also from another address, and long after the mail that it answers was forgotten."""
    answered = await passing_counter.sent_letter(ASA)
    await passing_counter.push(
        written("asa@example.net", "Sv: Hej", "Jag flyttar till Umeå.", answers=answered)
    )
    passed = await passing_counter.one("SELECT mail_id FROM mail WHERE key LIKE 'mailbox-%'")
    assert len(await left_of(passing_counter, "Umeå", "asa@example.net")) == 2
    await execute(passing_counter, f"UPDATE mail SET address = mail_id || '@erased.invalid', "
                                   f"person_ids = NULL WHERE mail_id = '{answered}'")  # fmt: skip
    await erase(passing_counter, "p1")
    assert await left_of(passing_counter, "Umeå", "asa@example.net", "p1") == []
    assert await state(passing_counter, passed.mail_id) == "suppressed"
    assert [row.kind for row in await passing_counter.noted()] == ["question"]


async def test_F2_the_erasure_comes_again_while_their_words_are_on_their_way_to_the_desk(
    passing_counter: Counter,
) -> None:
    answered = await passing_counter.sent_letter(ASA)
    await passing_counter.push(written(ASA, "Sv: Hej", "Jag flyttar till Umeå.", answers=answered))
    await execute(
        passing_counter,
        "UPDATE delivery SET state = 'submitting', lease_token = 7, due_at = NULL WHERE state = 'planned'",
    )
    with pytest.raises(Transient):
        await erase(passing_counter, "p1")


async def test_F2_a_notice_about_their_mail_and_an_answer_to_them_go_too(counter: Counter) -> None:
    mail_id = await counter.sent(ASA)
    await counter.push(hard(ASA, to=counter.path(mail_id)), to=counter.path(mail_id))
    await letter(counter, ASA)
    await erase(counter, "p1")
    assert await left_of(counter, "MAILER-DAEMON", "Hej Anna") == []
    addresses = await counter.one("SELECT bool_and(address LIKE '%@erased.invalid') AS gone FROM mail")
    assert addresses.gone


async def test_F2_what_others_wrote_stays(counter: Counter) -> None:
    """A member contact is written to about a newcomer; both write to us; a shared address has two readers."""
    contact = "kontakt@example.se"
    about = await counter.sent_letter(contact, persons="p1")
    await counter.sent_letter(contact, persons="p2")
    shared = await counter.sent(BO)
    await execute(counter, f"UPDATE mail SET readers = '{json.dumps(BOTH)}' WHERE mail_id = '{shared}'")
    await counter.push(written(contact, "Fråga", "Kan vi få fler affischer?"))
    await counter.push(written(contact, "Sv: Hej", "Hen vill vara med i Lund.", answers=about))
    await counter.push(written(BO, "Sv: Utskick", "Vilken sal?", answers=shared))
    await erase(counter, "p1")
    assert await left_of(counter, "affischer", "i Lund", "Vilken sal") == ["affischer", "Vilken sal"]
    await erase(counter, "p2")
    assert await left_of(counter, "affischer", "Vilken sal") == []


async def test_F2_a_shared_address_keeps_its_other_readers(counter: Counter) -> None:
    mail_id = await counter.sent(BO)
    await execute(counter, f"UPDATE mail SET readers = '{json.dumps(BOTH)}'")
    await execute(counter, "UPDATE delivery SET state = 'claimed', lease_token = 7")
    await erase(counter, "p1")
    row = await counter.one("SELECT address, readers FROM mail")
    assert (row.address, [reader[0] for reader in row.readers]) == (BO, ["p2"])
    assert await state(counter, mail_id) == "planned"  # its worker has the old names, so it loses the mail
    await erase(counter, "p2")
    assert await state(counter, mail_id) == "suppressed"
    assert BO not in await everything(counter)


@pytest.mark.parametrize(
    ("before", "after"),
    [("state = 'planned', due_at = now()", "suppressed"),
     ("state = 'deferred', due_at = now()", "suppressed"),
     ("state = 'claimed', lease_token = 7", "suppressed"),
     ("state = 'uncertain'", "failed"),
     ("state = 'bounced'", "bounced")],
)  # fmt: skip
async def test_F2_what_has_not_left_never_does(counter: Counter, before: str, after: str) -> None:
    mail_id = await counter.sent(ASA)
    await execute(counter, f"UPDATE delivery SET {before}")
    await erase(counter, "p1")
    assert await state(counter, mail_id) == after
    told = await counter.one("SELECT count(*) AS outcomes, max(reply) AS reply FROM outcome")
    wanted = (0, None) if after == "bounced" else (1, "Mottagarens uppgifter är raderade.")
    assert (told.outcomes, told.reply) == wanted


async def test_F2_the_erasure_comes_again_while_something_is_on_its_way(counter: Counter) -> None:
    await counter.sent(ASA)
    await execute(counter, "UPDATE delivery SET state = 'submitting', lease_token = 7")
    with pytest.raises(Transient):
        await erase(counter, "p1")
    await execute(counter, "UPDATE delivery SET state = 'accepted', lease_token = NULL")
    await text(counter, "+46701740605", "Hej Åsa!", "p1")
    begun = "state = 'submitting', due_at = NULL, held_until = now(), lease = gen_random_uuid()"
    await execute(counter, f"UPDATE text_delivery SET {begun}")
    with pytest.raises(Transient):
        await erase(counter, "p1")
    assert ASA in await everything(counter)


async def test_F2_texts_that_wait_do_not_go_and_a_shared_number_keeps_the_others(counter: Counter) -> None:
    of_order = {"key": None, "purpose": None, "unit_id": "1280", "order_class": "duty"}
    await text(counter, "+46701740605", "Möte", "p1", "p2", **of_order, order_id=new_id())
    alone = await text(counter, "+46701740606", "Möte", "p1", **of_order, order_id=new_id())
    await erase(counter, "p1")
    shared = await counter.one("SELECT phone, person_ids FROM text_message WHERE phone NOT LIKE 'erased:%'")
    assert shared == ("+46701740605", ["p2"])
    ended = await counter.one(f"SELECT state, reason FROM text_delivery WHERE text_id = '{alone}'")
    assert ended == ("failed", "erased")


async def test_F3_a_notice_after_the_erasure_names_nobody(counter: Counter) -> None:
    mail_id = await counter.sent(ASA)
    await erase(counter, "p1")
    await counter.push(hard(ASA, to=counter.path(mail_id)), to=counter.path(mail_id))
    assert await state(counter, mail_id) == "bounced"
    assert [each["person_ids"] for each in await counter.failed()] in ([], [[]])


async def test_F5_after_90_days_it_is_not_known_to_whom_mails_and_texts_went(counter: Counter) -> None:
    ids = [await counter.sent(ASA), await letter(counter, BO), await letter(counter, "nils@example.se")]
    await execute(
        counter, f"UPDATE delivery SET state = 'accepted', due_at = NULL WHERE mail_id <> '{ids[2]}'"
    )
    await execute(counter, "UPDATE edition SET wednesday = '2027-02-17'")
    await text(counter, "+46701740605", "Hej Åsa!")
    await execute(counter, "UPDATE text_delivery SET state = 'accepted', due_at = NULL")

    async def forget(days: int) -> str:
        clock = FixedClock(NOON + timedelta(days=days))
        await ForgetSent(counter.base.database, clock, timedelta(days=90))()
        return await everything(counter)

    assert ASA in await forget(89)
    left = await forget(92)
    for known in (ASA, "Åsa", "+46701740605"):
        assert known not in left
    addresses = await counter.one("SELECT array_agg(address) AS known FROM mail")
    assert BO not in addresses.known  # its key is what asked for it, and stays
    assert "nils@example.se" in left  # still open: it is tried again, or held for the desk
    assert [await state(counter, each) for each in ids] == ["accepted", "accepted", "planned"]
    assert (await counter.one("SELECT forgotten_at FROM edition")).forgotten_at
