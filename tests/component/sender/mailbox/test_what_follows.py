"""What follows from a message, whatever way it came: in the ledger, on the bus, at the desk."""

from uuid import UUID

import pytest

from services.sender.domain.mailbox.return_path import UNSUBSCRIBE, MailTags
from services.sender.domain.mailbox.verdict import Kind
from services.sender.use_cases.mailbox.handle_message import HandleMessage
from shared.addresses import address_hash
from shared.contracts.sender import AddressFailed, OrderMailReceived, UnsubscribeReceived
from tests.component.sender.mailbox.reader import SHARED, Counter, hard, notice, soft
from tests.component.sender.post_office import parse
from tests.unit.sender.mailbox.samples import sample

ASA = "asa.lind@example.se"


def written(writer: str, subject: str, text: str, *, answers: UUID | None = None, more: str = "") -> bytes:
    """A mail as a person writes it."""
    reference = f"In-Reply-To: <{answers}@onsdag.example.org>\n" if answers else ""
    return (
        f"From: Åsa Lind <{writer}>\nTo: {SHARED}\nSubject: {subject}\n{reference}{more}"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()


async def state_of(counter: Counter, mail_id: UUID) -> tuple[str, str]:
    row = await counter.one(f"SELECT state, reply FROM delivery WHERE mail_id = '{mail_id}'")
    return row.state, row.reply


async def test_what_came_back_shows_in_the_ledger_and_is_reported_as_failed(counter: Counter) -> None:
    mail_id = await counter.sent(ASA)
    await counter.push(hard(ASA, to=SHARED), to=counter.path(mail_id))
    assert await state_of(counter, mail_id) == ("bounced", "bounce hard 5.1.1: there is no such mailbox")
    told = await counter.one("SELECT o.state, o.dead, o.at > d.updated_at - interval '1 second' AS later "
                             "FROM outcome o JOIN delivery d USING (mail_id)")  # fmt: skip
    assert (told.state, told.dead, told.later) == ("failed", False, True)


async def test_it_came_back_later_than_it_left_whatever_the_clocks_say(counter: Counter) -> None:
    mail_id = await counter.sent(ASA)
    async with counter.base.database.begin() as conn:
        await conn.exec_driver_sql("UPDATE delivery SET updated_at = '2999-01-01Z'")
    await counter.push(hard(ASA, to=SHARED), to=counter.path(mail_id))
    assert (await counter.one("SELECT at > '2999-01-01Z' AS later FROM outcome")).later


async def test_an_uncertain_mail_that_came_back_is_not_sent_again(counter: Counter) -> None:
    mail_id = await counter.sent(ASA)
    async with counter.base.database.begin() as conn:
        await conn.exec_driver_sql("UPDATE delivery SET state = 'uncertain', lease_token = 7")
    await counter.push(soft(ASA, to=SHARED), to=counter.path(mail_id))
    assert (await state_of(counter, mail_id))[0] == "bounced"


async def stands(counter: Counter, what: str) -> None:
    async with counter.base.database.begin() as conn:
        await conn.exec_driver_sql(f"UPDATE delivery SET {what}")


async def test_a_notice_that_is_faster_than_the_relays_answer_counts_once_the_answer_is_there(
    counter: Counter,
) -> None:
    mail_id = await counter.sent(ASA)
    await stands(counter, "state = 'submitting', lease_token = 7")
    await counter.push(hard(ASA, to=SHARED), to=counter.path(mail_id))
    await counter.job("apply-early-bounces")
    assert (await state_of(counter, mail_id))[0] == "submitting"
    await stands(counter, "state = 'accepted', lease_token = NULL, reply = '250 Ok'")
    for _ in range(2):
        await counter.job("apply-early-bounces")
    assert await state_of(counter, mail_id) == ("bounced", "bounce hard 5.1.1: there is no such mailbox")
    assert (await counter.one("SELECT count(*) AS told FROM outcome WHERE state = 'failed'")).told == 1
    assert len(await counter.failed()) == 1


async def test_a_notice_about_an_attempt_that_the_relay_did_not_take_is_forgotten(counter: Counter) -> None:
    mail_id = await counter.sent(ASA)
    await stands(counter, "state = 'submitting', lease_token = 7")
    await counter.push(soft(ASA, to=SHARED), to=counter.path(mail_id))
    await stands(counter, "state = 'deferred', due_at = now(), lease_token = NULL")
    await counter.job("apply-early-bounces")
    await stands(counter, "state = 'accepted', due_at = NULL")
    await counter.job("apply-early-bounces")
    assert (await state_of(counter, mail_id))[0] == "accepted"


async def age(counter: Counter, days: int) -> None:
    async with counter.base.database.begin() as conn:
        await conn.exec_driver_sql(f"UPDATE mailbox_message SET read_at = now() - interval '{days} days'")


async def words(counter: Counter) -> int:
    return int((await counter.one("SELECT count(*) AS kept FROM mailbox_words")).kept)


async def test_F5_the_words_of_a_message_go_after_90_days_and_what_it_was_stays(counter: Counter) -> None:
    mail_id = await counter.sent(ASA)
    await counter.push(hard(ASA, to=SHARED), to=counter.path(mail_id))
    await age(counter, 89)
    await counter.job("forget-words")
    assert await words(counter) == 1
    await age(counter, 91)
    await counter.job("forget-words")
    assert await words(counter) == 0
    assert [(row.kind, row.severity) for row in await counter.noted()] == [("bounce", "hard")]


async def test_F5_what_was_pushed_and_waits_for_people_is_kept_until_they_have_handled_it(
    counter: Counter,
) -> None:
    await counter.push(written(ASA, "Fråga", "Hur gör vi?"))
    await age(counter, 400)
    await counter.job("forget-words")
    assert await words(counter) == 1
    async with counter.base.database.begin() as conn:
        await conn.exec_driver_sql("UPDATE mailbox_message SET handled_at = now(), handled_by = 'desk'")
    await counter.job("forget-words")
    assert await words(counter) == 0


@pytest.mark.parametrize("state", ["planned", "failed", "suppressed"])
async def test_a_notice_changes_no_mail_that_did_not_leave(counter: Counter, state: str) -> None:
    mail_id = await counter.sent(ASA)
    async with counter.base.database.begin() as conn:
        due = "now()" if state == "planned" else "NULL"
        await conn.exec_driver_sql(f"UPDATE delivery SET state = '{state}', due_at = {due}")
    await counter.push(hard(ASA, to=SHARED), to=counter.path(mail_id))
    assert (await state_of(counter, mail_id))[0] == state


async def test_a_refusal_that_blames_us_came_back_and_suppresses_nobody(counter: Counter) -> None:
    mail_id = await counter.sent(ASA)
    blocked = notice(ASA, "5.7.1", "550 5.7.1 blocked using zen.spamhaus.org", to=SHARED)
    await counter.push(blocked, to=counter.path(mail_id))
    assert (await state_of(counter, mail_id))[0] == "bounced"
    assert await counter.failed() == []


async def test_a_server_that_goes_on_trying_changes_nothing(counter: Counter) -> None:
    for week in range(4):
        mail_id = await counter.sent("sven.lund@example.se", week=week)
        await counter.push(sample("exim-delayed"), to=counter.path(mail_id))
        assert (await state_of(counter, mail_id))[0] == "accepted"
    assert await counter.failed() == []


async def test_F1_the_tag_of_a_mail_opts_its_address_out_whoever_writes_it(counter: Counter) -> None:
    mail_id = await counter.sent(ASA)
    tag = MailTags(counter.settings.secret, UNSUBSCRIBE).of(mail_id).decode()
    by_machine = "Auto-Submitted: auto-generated\n"
    await counter.push(written("nagon@example.net", f"Unsubscribe {tag.upper()}", "", more=by_machine))
    [said] = await counter.said(UnsubscribeReceived)
    assert said["address_hash"] == address_hash(counter.settings.secret, ASA).hex()
    assert said["proof"] == "tag"


@pytest.mark.parametrize("text", ["STOPP", "stopp!", "Ta bort mig, tack.", "Nej tack"])
async def test_F1_a_no_in_answer_to_our_mail_counts_from_its_own_address(counter: Counter, text: str) -> None:
    mail_id = await counter.sent(ASA)
    await counter.push(written("Asa.Lind@example.se", "Sv: Onsdagsutskick", text, answers=mail_id))
    [said] = await counter.said(UnsubscribeReceived)
    assert said["address_hash"] == address_hash(counter.settings.secret, ASA).hex()
    assert said["proof"] == "reply"


async def test_an_address_is_the_same_in_both_ways_to_write_its_domain(counter: Counter) -> None:
    """The ledger has it as the register writes it; notices and many mail programs write IDNA."""
    written_out, in_idna = "anna@räksmörgås.se", "anna@xn--rksmrgs-5wao1o.se"
    mail_id = await counter.sent(written_out)
    await counter.push(written(in_idna, "Sv: Onsdagsutskick", "Stopp", answers=mail_id))
    [said] = await counter.said(UnsubscribeReceived)
    assert said["address_hash"] == address_hash(counter.settings.secret, written_out).hex()
    assert said["proof"] == "reply"
    await counter.push(hard(in_idna, to=SHARED), to=counter.path(mail_id))
    [failed] = await counter.failed()
    assert (failed["address_hash"], failed["reason"]) == (said["address_hash"], "dead_address")


async def test_who_the_desk_says_opts_out_does_so_in_the_spelling_that_we_write_to(counter: Counter) -> None:
    mail_id = await counter.sent("anna@räksmörgås.se")
    more = "Ta bort mig från listan, Bo sköter det nu."
    await counter.push(written("anna@xn--rksmrgs-5wao1o.se", "Sv: Onsdagsutskick", more, answers=mail_id))
    waiting = await counter.one("SELECT message_id FROM mailbox_message")
    base = counter.base
    handle = HandleMessage(base.database, base.outbox, base.clock, counter.settings.secret)
    await handle.reclassify(waiting.message_id, Kind.UNSUBSCRIBE, "desk@example.org")
    [said] = await counter.said(UnsubscribeReceived)
    assert said["address_hash"] == address_hash(counter.settings.secret, "anna@räksmörgås.se").hex()


@pytest.mark.parametrize(
    "text",
    [
        "Stopp för utskicket till Norr i morgon! Datumet är fel.",
        "Kan ni sluta skicka till gamla adressen och använda ny@example.se?",
        "Jag vill INTE avprenumerera!",
        "Ta bort mig från listan, Bo sköter det nu.",
    ],
)
async def test_words_that_say_more_than_no_wait_for_people(counter: Counter, text: str) -> None:
    mail_id = await counter.sent(ASA)
    await counter.push(written(ASA, "Sv: Onsdagsutskick", text, answers=mail_id))
    assert await counter.said(UnsubscribeReceived) == []
    assert [row.effect for row in await counter.noted()] == ["none"]


async def test_a_no_to_a_letter_is_no_opt_out(counter: Counter) -> None:
    """It answers what the letter asked."""
    mail_id = await counter.sent_letter(ASA)
    await counter.push(written(ASA, "Sv: Vill du gå kursen?", "Nej tack", answers=mail_id))
    assert await counter.said(UnsubscribeReceived) == []
    assert [(row.kind, row.effect) for row in await counter.noted()] == [("unsubscribe", "none")]


async def test_a_no_of_which_it_is_not_proved_whose_it_is_waits_for_people(counter: Counter) -> None:
    mail_id = await counter.sent(ASA)
    forged = MailTags(b"another secret", UNSUBSCRIBE).of(mail_id).decode()
    path_as_tag = counter.path(mail_id).partition("+")[2].partition("@")[0]
    await counter.push(written("bo.ek@example.se", "Sv: Onsdagsutskick", "STOPP", answers=mail_id))
    await counter.push(written(ASA, "Avregistrera", "STOPP"))
    await counter.push(written(ASA, f"unsubscribe {forged}", ""))
    await counter.push(written(ASA, f"unsubscribe {path_as_tag}", ""))
    assert await counter.said(UnsubscribeReceived) == []
    assert {(row.kind, row.effect) for row in await counter.noted()} == {("unsubscribe", "none")}


async def test_A5_an_order_by_mail_is_told_with_its_words_and_files(counter: Counter) -> None:
    text = "Mottagare: ordförande i alla kretsar"
    order = written("eva.dal@example.se", "Beställning: Kurs i krisstöd", text)
    with_file = order.replace(b"Content-Type: text/plain; charset=utf-8\n\n", _FILE).replace(
        b"i alla kretsar\n", b"i alla kretsar\n--b--\n"
    )
    await counter.push(with_file)
    await counter.push(with_file)
    [said] = await counter.said(OrderMailReceived)
    assert (said["writer"], said["name"]) == ("eva.dal@example.se", "Åsa Lind")
    assert said["subject"] == "Beställning: Kurs i krisstöd"
    assert said["text"] == text
    assert said["attachments"] == ["Åtgärder.docx"]


async def test_the_name_of_a_file_holds_no_order_up(counter: Counter) -> None:
    order = written("eva.dal@example.se", "Beställning: Kurs i krisstöd", "Mottagare: alla")
    with_file = order.replace(b"Content-Type: text/plain; charset=utf-8\n\n", _FILE)
    await counter.push(with_file.replace(b"%C3%85", b"a%00b%0D%0A"))
    [said] = await counter.said(OrderMailReceived)
    assert said["attachments"] == ["a b tgärder.docx"]


_FILE = (
    b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/octet-stream\n"
    b"Content-Disposition: attachment; filename*=utf-8''%C3%85tg%C3%A4rder.docx\n\nUEs=\n"
    b"--b\nContent-Type: text/plain; charset=utf-8\n\n"
)


@pytest.mark.parametrize(
    "sign",
    [
        "Auto-Submitted: auto-replied\n",
        "X-Autoreply: yes\n",
        "List-Id: <x>\n",
        "Precedence: bulk\n",
        "X-Auto-Response-Suppress: All\n",
    ],
)
async def test_what_a_machine_wrote_is_no_order(counter: Counter, sign: str) -> None:
    await counter.push(written("robot@example.se", "Beställning: Kurs", "Mottagare: alla", more=sign))
    assert await counter.said(OrderMailReceived) == []


async def test_what_comes_without_a_return_path_is_no_order(counter: Counter) -> None:
    await counter.push(written("robot@example.se", "Beställning: Kurs", "Mottagare: alla"), sender="")
    assert await counter.said(OrderMailReceived) == []
    assert [row.kind for row in await counter.noted()] == ["auto-reply"]


async def test_A1_an_answer_is_passed_on_with_the_orders_that_were_in_the_mail(
    passing_counter: Counter,
) -> None:
    mail_id = await passing_counter.sent(ASA)
    async with passing_counter.base.database.begin() as conn:  # opted out of one before it left
        await conn.exec_driver_sql(
            "INSERT INTO suppression SELECT address_hash, 'unit:1281', 'opted_out', '2027-01-01Z', true "
            "FROM mail"
        )
    await passing_counter.push(written(ASA, "Sv: Onsdagsutskick", "Vi kommer *två*.", answers=mail_id))
    [note] = await passing_counter.noted()
    assert (note.kind, note.effect, note.proved) == ("question", "passed-on", "reply")
    row = await passing_counter.one("SELECT address, letter FROM mail WHERE key LIKE 'mailbox-%'")
    assert row.address == "arenden@onsdag.example.org"
    assert "Kurs i krisstöd" in row.letter["markdown"]
    assert "Läger" not in row.letter["markdown"]
    assert row.letter["orders"] == [str(UUID(int=0x018F << 112 | 1))]
    assert row.letter["answer_to"] == ASA


async def test_an_answer_is_passed_on_once(passing_counter: Counter) -> None:
    answer = written(ASA, "Sv: Onsdagsutskick", "Kan vi få mer?", answers=await passing_counter.sent(ASA))
    await passing_counter.push(answer)
    await passing_counter.push(answer)
    passed = await passing_counter.one("SELECT count(*) AS mails FROM mail WHERE key LIKE 'mailbox-%'")
    assert passed.mails == 1


async def test_what_the_desk_itself_answers_is_not_passed_on_to_it(passing_counter: Counter) -> None:
    """A case system acknowledges each mail, and each acknowledgement of an answer would be an answer."""
    mail_id = await passing_counter.sent(ASA)
    await passing_counter.push(written(ASA, "Sv: Onsdagsutskick", "Vi kommer.", answers=mail_id))
    passed = await passing_counter.one("SELECT mail_id FROM mail WHERE key LIKE 'mailbox-%'")
    async with passing_counter.base.database.begin() as conn:  # long ago
        await conn.exec_driver_sql("UPDATE mail SET address = mail_id || '@erased.invalid'")
    for number, answered in enumerate((passed.mail_id, mail_id, passed.mail_id)):
        writer = ("noreply@case.example.net", "Arenden+4711@onsdag.example.org")[number % 2]
        said = f"Nr {number} är hos oss."
        await passing_counter.push(written(writer, "Mottaget", said, answers=answered))
    assert (await passing_counter.one("SELECT count(*) AS mails FROM mail")).mails == 2
    effects = [(row.kind, row.effect) for row in await passing_counter.noted()]
    assert effects == [("question", "passed-on")] + [("question", "none")] * 3


async def test_what_a_mail_to_the_desk_is_answered_with_is_not_passed_on(passing_counter: Counter) -> None:
    mail_id = await passing_counter.sent("arenden@onsdag.example.org")
    await passing_counter.push(written("noreply@case.example.net", "Mottaget", "Hos oss.", answers=mail_id))
    assert [row.effect for row in await passing_counter.noted()] == ["none"]


@pytest.mark.parametrize("name", ["auto-reply-rfc3834", "auto-reply-exchange-swedish", "unknown-newsletter"])
async def test_nothing_automatic_is_answered_or_passed_on(passing_counter: Counter, name: str) -> None:
    mail_id = await passing_counter.sent(ASA)
    answer = f"In-Reply-To: <{mail_id}@onsdag.example.org>\n".encode() + sample(name)
    await passing_counter.push(answer, to=passing_counter.path(mail_id))
    assert (await passing_counter.one("SELECT count(*) AS mails FROM mail")).mails == 1
    assert await passing_counter.said(OrderMailReceived) == []
    assert await passing_counter.said(UnsubscribeReceived) == []


async def test_a_complaint_is_told_as_one(counter: Counter) -> None:
    mail_id = await counter.sent("ulla.berg@isp.example.net")
    mine = f"Original-Mail-From: <{counter.path(mail_id)}>".encode()
    await counter.push(sample("arf-abuse").replace(b"Original-Mail-From: <info@onsdag.example.org>", mine))
    assert [each["reason"] for each in await counter.said(AddressFailed)] == ["complaint"]
    assert (await state_of(counter, mail_id))[0] == "accepted"


async def test_who_is_called_what_in_the_mailbox(counter: Counter) -> None:
    """The envelope's sender, which LMTP tells, is where a notice shows that it is one."""
    await counter.push(written(ASA, "Fråga", "Hur gör vi?"), sender=ASA)
    [row] = await counter.noted()
    content = (await counter.one("SELECT content FROM mailbox_words")).content
    assert (row.kind, parse(content)["Return-Path"]) == ("question", f"<{ASA}>")
