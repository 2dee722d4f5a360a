"""The shared mailbox on a real Dovecot: each message has its effect once, and none is lost."""

import asyncio
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.sender.adapters.mailbox import records
from services.sender.adapters.mailbox.imap import ImapInbox
from shared.addresses import address_hash
from shared.contracts.sender import OrderMailReceived, UnsubscribeReceived
from tests.component.sender.mailbox.dovecot import PrivateDovecot
from tests.component.sender.mailbox.reader import Desk, hard, notice, open_counter, open_desk, soft
from tests.component.sender.mailbox.test_what_follows import written
from tests.unit.sender.mailbox.samples import VERDICTS, sample

ASA = "asa.lind@example.se"


async def test_a_hard_bounce_reports_the_address_once(desk: Desk) -> None:
    mail_id = await desk.sent(ASA)
    desk.dovecot.deliver(hard(ASA, to=desk.path(mail_id)))
    await desk.read()
    await desk.read()
    [failed] = await desk.failed()
    assert failed["address_hash"] == address_hash(desk.settings.secret, ASA).hex()
    assert failed["person_ids"] == ["p1"]
    assert failed["reply"] == "bounce hard 5.1.1: there is no such mailbox"
    assert failed["reason"] == "dead_address"


async def test_a_message_is_moved_to_the_folder_of_its_class(desk: Desk) -> None:
    mail_id = await desk.sent(ASA)
    desk.dovecot.deliver(hard(ASA, to=desk.path(mail_id)), sample("arf-abuse"), sample("auto-reply-rfc3834"))
    await desk.read()
    folders = ("INBOX", "Studsar", "Klagom&AOU-l", "Autosvar")
    assert [desk.dovecot.count(folder) for folder in folders] == [0, 1, 1, 1]


async def test_a_bounce_that_nothing_proves_stays_for_people(desk: Desk) -> None:
    desk.dovecot.deliver(hard(ASA, to="info@onsdag.example.org"))
    await desk.read()
    await desk.read()
    assert (desk.dovecot.count(), desk.dovecot.count("Studsar")) == (1, 0)
    assert [(row.kind, row.effect) for row in await desk.noted()] == [("bounce", "none")]


async def test_what_is_for_people_stays_and_stays_unseen(desk: Desk) -> None:
    names = ("unknown-statement", "question-new", "order-by-subject", "unsubscribe-mailto")
    desk.dovecot.deliver(*map(sample, names))
    await desk.read()
    assert desk.dovecot.count() == len(names)
    assert b"\\Seen" not in desk.dovecot.flags()
    assert b"\\Deleted" not in desk.dovecot.flags()
    assert [row.kind for row in await desk.noted()] == ["unknown", "question", "order", "unsubscribe"]


async def test_no_message_is_lost(desk: Desk) -> None:
    names = [name for name in VERDICTS if name != "empty"]  # which IMAP cannot append
    desk.dovecot.deliver(*map(sample, names))
    await desk.read()
    folders = ("INBOX", "Studsar", "Klagom&AOU-l", "Autosvar")
    assert sum(desk.dovecot.count(folder) for folder in folders) == len(names)
    assert len(await desk.noted()) == len(names)
    assert await desk.failed() == []


async def test_a_forged_bounce_changes_nothing(desk: Desk) -> None:
    mail_id = await desk.sent(ASA)
    path = desk.path(mail_id)
    other = desk.path(await desk.sent("bo.ek@example.se"))
    code = other.partition("-")[2].partition("@")[0]
    forged = f"{path.partition('-')[0]}-{code}@onsdag.example.org"
    by_number = hard(ASA, to="info@onsdag.example.org").replace(
        b"Subject:", f"In-Reply-To: <{mail_id}@onsdag.example.org>\nSubject:".encode(), 1
    )
    desk.dovecot.deliver(hard(ASA, to=forged), hard(ASA, to="info@onsdag.example.org"), by_number)
    await desk.read()
    assert await desk.failed() == []
    assert [row.proved for row in await desk.noted()] == ["nothing", "nothing", "claimed"]


async def test_a_bounce_from_behind_the_address_is_not_for_good(desk: Desk) -> None:
    mail_id = await desk.sent("styrelsen@krets.example.se")
    desk.dovecot.deliver(hard("en.av.flera@example.net", to=desk.path(mail_id)))
    await desk.read()
    assert [row.effect for row in await desk.noted()] == ["soft"]
    assert await desk.failed() == []


async def test_three_editions_in_a_row_make_a_dead_address(desk: Desk) -> None:
    for week in range(3):
        assert await desk.failed() == []
        mail_id = await desk.sent(ASA, week=week)
        desk.dovecot.deliver(soft(ASA, to=desk.path(mail_id)), soft(ASA, to=desk.path(mail_id)))
        await desk.read()
    assert {failed["reply"] for failed in await desk.failed()} == {"bounce soft 5.2.2: the mailbox is full"}


async def test_an_edition_that_arrived_begins_the_count_anew(desk: Desk) -> None:
    for week in range(6):
        mail_id = await desk.sent(ASA, week=week)
        if week != 2:
            desk.dovecot.deliver(soft(ASA, to=desk.path(mail_id)))
        if week < 5:
            await desk.read()
    assert await desk.failed() == []
    await desk.read()
    assert len(await desk.failed()) == 1


async def test_refusals_that_blame_us_or_the_message_suppress_nobody(desk: Desk) -> None:
    for week in range(4):
        path = desk.path(await desk.sent(ASA, week=week))
        blocked = notice(ASA, "5.7.1", "550 5.7.1 blocked using zen.spamhaus.org", to=path)
        desk.dovecot.deliver(blocked, notice(ASA, "5.3.4", "552 5.3.4 Message too big", to=path))
    await desk.read()
    assert await desk.failed() == []


async def test_a_complaint_that_brings_the_return_path_back_reports_the_address(desk: Desk) -> None:
    mail_id = await desk.sent("ulla.berg@isp.example.net")
    mine = f"Original-Mail-From: <{desk.path(mail_id)}>".encode()
    complaint = sample("arf-abuse").replace(b"Original-Mail-From: <info@onsdag.example.org>", mine)
    desk.dovecot.deliver(complaint)
    await desk.read()
    [failed] = await desk.failed()
    assert failed["reply"].startswith("complaint: ")
    assert failed["reason"] == "complaint"


async def test_two_readers_do_each_message_once(desk: Desk) -> None:
    addresses = [f"person{number}@example.se" for number in range(10)]
    mails = [await desk.sent(address) for address in addresses]
    pairs = zip(addresses, mails, strict=True)
    desk.dovecot.deliver(*(hard(address, to=desk.path(mail_id)) for address, mail_id in pairs))
    await asyncio.gather(desk.read(), desk.read(), desk.read())
    assert len(await desk.failed()) == len(addresses)
    assert desk.dovecot.count("Studsar") == len(addresses)


async def test_a_server_that_gives_new_numbers_makes_nothing_happen_again(desk: Desk) -> None:
    mail_id = await desk.sent(ASA)
    wish = written(ASA, "Sv: Onsdagsutskick", "STOPP", answers=mail_id)
    desk.dovecot.deliver(sample("order-by-subject"), wish, sample("question-new"))
    await desk.read()
    before = await desk.noted()
    desk.dovecot.renumber()
    for _ in range(2):
        await desk.read()
    assert await desk.noted() == before
    assert len(await desk.said(OrderMailReceived)) == len(await desk.said(UnsubscribeReceived)) == 1
    copies = await desk.one("SELECT count(*) AS copies, min(uid_validity) AS new FROM mailbox_copy")
    assert copies.copies == 3
    assert copies.new != before[0].uid_validity


async def test_what_comes_twice_happens_once_and_both_are_moved(desk: Desk) -> None:
    mail_id = await desk.sent(ASA)
    bounce = b"Message-ID: <1@mx.example.net>\n" + hard(ASA, to=desk.path(mail_id))
    desk.dovecot.deliver(bounce, b"Received: from mx.example.net\n" + bounce)
    await desk.read()
    assert (desk.dovecot.count(), desk.dovecot.count("Studsar")) == (0, 2)
    assert len(await desk.failed()) == 1


async def test_what_is_pushed_and_read_as_well_happens_once(desk: Desk) -> None:
    order = sample("order-by-subject")
    await desk.push(order)
    desk.dovecot.deliver(b"Received: from mx.example.net\n" + order)
    await desk.read()
    assert len(await desk.said(OrderMailReceived)) == 1
    assert [row.folder for row in await desk.noted()] == [None]


async def test_what_was_there_before_is_left_to_people(desk: Desk) -> None:
    old, new = sample("order-by-subject"), sample("order-with-lines")
    desk.dovecot.deliver(old, at=datetime.now(UTC) - timedelta(days=10))
    desk.dovecot.deliver(new)
    await desk.read()
    assert len(await desk.said(OrderMailReceived)) == 1
    assert desk.dovecot.count() == 2


async def test_from_when_on_it_is_read_may_be_told(sender_database: str, dovecot: PrivateDovecot) -> None:
    dovecot.deliver(sample("order-by-subject"), at=datetime.now(UTC) - timedelta(days=10))
    long_ago = f"{dovecot.url()}&since=2020-01-01"
    async with open_counter(sender_database, imap_url=long_ago) as counter:
        await counter.job("read-mailbox")
        assert len(await counter.said(OrderMailReceived)) == 1


async def test_more_messages_than_a_statement_has_parameters(desk: Desk) -> None:
    desk.dovecot.deliver(sample("question-new"))
    await desk.read()
    [row] = await desk.noted()
    async with desk.base.database.begin() as conn:
        known = await records.noted(conn, row.folder, row.uid_validity, range(1, 70_000))
    assert list(known) == [row.uid]


async def test_killed_between_commit_and_move_the_next_one_only_moves(desk: Desk) -> None:
    mail_id = await desk.sent(ASA)
    desk.dovecot.deliver(hard(ASA, to=desk.path(mail_id)))
    doomed = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.component.sender.mailbox.doomed_reader"),
        *(desk.settings.database_url, desk.dovecot.url()),
        cwd=Path(__file__).parents[4],
    )
    assert await doomed.wait() == -signal.SIGKILL
    before = await desk.noted()
    assert [row.kind for row in before] == ["bounce"]
    assert (desk.dovecot.count(), desk.dovecot.count("Studsar")) == (1, 0)
    await desk.read()
    assert (desk.dovecot.count(), desk.dovecot.count("Studsar")) == (0, 1)
    assert await desk.noted() == before
    assert len(await desk.failed()) == 1


async def test_a_mailbox_that_is_away_is_read_when_it_is_back(desk: Desk) -> None:
    desk.dovecot.deliver(sample("question-new"))
    desk.dovecot.stop()
    await desk.read()
    assert await desk.noted() == []
    desk.dovecot.start()
    await desk.read()
    assert len(await desk.noted()) == 1


async def test_a_server_that_cannot_move_keeps_what_it_has(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_id = await desk.sent(ASA)
    desk.dovecot.deliver(hard(ASA, to=desk.path(mail_id)))
    monkeypatch.setattr(ImapInbox, "move", lambda *_: False)
    await desk.read()
    await desk.read()
    assert desk.dovecot.count() == 1
    assert len(await desk.failed()) == 1


@pytest.mark.parametrize("folder", ["Studsar/", "~/../Studsar", "//"])
async def test_a_folder_that_the_server_refuses_keeps_nothing_else_back(
    sender_database: str, dovecot: PrivateDovecot, folder: str
) -> None:
    folders = f"bounce={folder}, auto-reply=Autosvar"
    async with open_desk(sender_database, dovecot, imap_folders=folders) as desk:
        for week in range(2):
            mail_id = await desk.sent(ASA, week=week)
            desk.dovecot.deliver(hard(ASA, to=desk.path(mail_id)), sample("auto-reply-rfc3834"))
            await desk.read()
        assert len(await desk.failed()) == 2
        assert (desk.dovecot.count(), desk.dovecot.count("Autosvar")) == (2, 2)


async def test_only_the_beginning_of_a_huge_message_is_fetched(desk: Desk) -> None:
    mail_id = await desk.sent(ASA)
    huge = hard(ASA, to=desk.path(mail_id)) + b"--b\nContent-Type: image/png\n\n" + b"a" * (5 * 2**20)
    desk.dovecot.deliver(huge)
    await desk.read()
    assert len(await desk.failed()) == 1
