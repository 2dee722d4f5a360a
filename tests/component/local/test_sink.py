"""The mail sink: what it acknowledges it keeps, and it answers by its rules."""

import asyncio
from pathlib import Path

import aiosmtplib
import pytest

from deploy.local.mail import PrivateSink
from deploy.local.sink import Mailbox, Rule, read_messages, write_rules
from deploy.local.sink.server import read_message
from deploy.local.sink.store import FILE, Store

MAIL = (
    b"From: info@onsdag.example.org\r\nTo: anna@example.se\r\nSubject: Onsdag\r\n\r\n..dots\r\n.\r\nHej\r\n"
)


async def send(sink: PrivateSink, *recipients: str, content: bytes = MAIL) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=sink.port) as smtp:
        await smtp.mail("info@onsdag.example.org", options=["SMTPUTF8"])
        for recipient in recipients:
            await smtp.rcpt(recipient, encoding="utf-8")
        await smtp.data(content)


async def test_every_acknowledged_message_is_kept_as_it_was_sent(sink: PrivateSink) -> None:
    await asyncio.gather(*(send(sink, f"person{n}@example.se", f"också{n}@example.se") for n in range(50)))
    kept = list(read_messages(sink.folder))
    assert [message.number for message in kept] == list(range(1, 51))
    assert {message.raw for message in kept} == {MAIL}
    assert {message.sender for message in kept} == {"info@onsdag.example.org"}
    assert {message.recipients for message in kept} == {
        (f"person{n}@example.se", f"också{n}@example.se") for n in range(50)
    }


async def test_a_message_broken_off_is_not_kept(sink: PrivateSink) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", sink.port)
    writer.write(b"EHLO a.example.org\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<anna@example.se>\r\nDATA\r\n")
    await reader.readuntil(b"354 ")
    writer.write(b"Subject: half\r\n\r\nnever fini")
    writer.close()
    await writer.wait_closed()
    await send(sink, "bertil@example.se")
    assert [message.recipients for message in read_messages(sink.folder)] == [("bertil@example.se",)]


@pytest.mark.parametrize(
    ("address", "code"), [("anna@tempfail.example.org", 451), ("Bertil@Reject.example.org", 550)]
)
async def test_addresses_made_for_it_are_refused(sink: PrivateSink, address: str, code: int) -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientRefused) as refusal:
        await send(sink, address)
    assert refusal.value.code == code
    assert list(read_messages(sink.folder)) == []


async def test_a_rule_may_hold_a_number_of_times_for_each_address(sink: PrivateSink) -> None:
    rule = Rule("*@greylist.example.se", "450 4.7.1 Greylisted", times=1)
    write_rules(sink.folder, [rule])
    for address in ("anna@greylist.example.se", "bertil@greylist.example.se"):
        with pytest.raises(aiosmtplib.SMTPRecipientRefused):
            await send(sink, address)
        await send(sink, address)
    assert len(list(read_messages(sink.folder))) == 2


async def test_a_rule_may_refuse_the_message_after_its_content(sink: PrivateSink) -> None:
    write_rules(sink.folder, [Rule("*", "554 5.7.1 Looks like spam", at="data")])
    with pytest.raises(aiosmtplib.SMTPDataError, match="spam"):
        await send(sink, "anna@example.se")
    write_rules(sink.folder, [])
    await send(sink, "anna@example.se")
    assert len(list(read_messages(sink.folder))) == 1


async def test_the_mailbox_shows_the_newest_first_and_finds_an_address(sink: PrivateSink) -> None:
    mailbox = Mailbox(sink.folder)
    assert (len(mailbox), mailbox.newest(), mailbox.get(1)) == (0, [], None)
    for name in ("anna", "bertil", "cecilia", "anna.maria"):
        await send(sink, f"{name}@example.se")
    assert len(mailbox) == 4
    assert [m.number for m in mailbox.newest(limit=2)] == [4, 3]
    assert [m.number for m in mailbox.newest(limit=2, skip=2)] == [2, 1]
    assert [m.number for m in mailbox.newest(address="ANNA")] == [4, 1]
    found = mailbox.get(2)
    assert found is not None
    assert (found.recipients, found.raw) == (("bertil@example.se",), MAIL)
    assert mailbox.get(5) is None


def test_a_record_cut_short_by_a_crash_is_not_read_and_not_in_the_way(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep("a@example.org", ["b@example.org"], b"first\r\n")
    store.keep("a@example.org", ["c@example.org"], b"second\r\n")
    store.close()
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole[:-4])
    assert [message.raw for message in read_messages(tmp_path)] == [b"first\r\n"]
    store = Store(tmp_path)
    store.keep("a@example.org", ["d@example.org"], b"third\r\n")
    store.close()
    assert [message.raw for message in read_messages(tmp_path)] == [b"first\r\n", b"third\r\n"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"\r\n\r\n..\r\n.\r\n", b"\r\n\r\n.\r\n"),
        (b"a\r\n.\r\n", b"a\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"...\r\n..\r\n.\r\n", b"..\r\n.\r\n"),
        (b"\r\n...x\r\n.\r\n", b"\r\n..x\r\n"),
        (b"a\r\n\r\n..b\r\n.\r\n", b"a\r\n\r\n.b\r\n"),
    ],
)
async def test_dots_are_unstuffed_and_the_lone_dot_ends(sent: bytes, kept: bytes) -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(sent + b"QUIT\r\n")
    assert await read_message(reader) == kept
    assert await reader.readline() == b"QUIT\r\n"
