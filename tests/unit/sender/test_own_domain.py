"""A domain beyond ASCII is written in IDNA in all that leaves, and known again in all that comes."""

from uuid import UUID

import pytest

from services.sender.domain.edition import EditionMail
from services.sender.domain.envelope import Unwritable
from services.sender.domain.mailbox.own_addresses import OwnAddresses
from services.sender.domain.mailbox.return_path import ReturnPaths
from services.sender.main import composer, identity, return_paths
from services.sender.settings import SenderSettings
from tests.unit.sender.letters import edition, parse, reader, recipient, section

SHARED, WRITTEN = "info@räksmörgås.example.org", "info@xn--rksmrgs-5wao1o.example.org"
SETTINGS = SenderSettings(secret_key="0123456789abcdef0123456789abcdef", organisation_address=SHARED)


def test_all_that_leaves_is_ascii() -> None:
    given = edition(section(1))
    raw = composer(SETTINGS).edition_mail(
        EditionMail(recipient(), given.edition_id, (reader(),)), given, [section(1)]
    )
    assert raw.isascii()
    message = parse(raw)
    assert message["From"].addresses[0].addr_spec == WRITTEN
    assert f"<mailto:{WRITTEN}?subject=" in message["List-Unsubscribe"]
    assert return_paths(SETTINGS).of(UUID(int=1)).endswith(b"@xn--rksmrgs-5wao1o.example.org")


def test_message_ids_are_known_again() -> None:
    given = edition(section(1))
    raw = composer(SETTINGS).edition_mail(
        EditionMail(recipient(), given.edition_id, (reader(),)), given, [section(1)]
    )
    assert parse(raw)["Message-ID"].endswith(f"@{identity(SETTINGS).domain}>")


@pytest.mark.parametrize("address", [SHARED, WRITTEN, f"<{WRITTEN.upper()}>", SHARED.replace("@", "+tag@")])
def test_mail_to_us_is_ours_however_the_domain_is_written(address: str) -> None:
    assert OwnAddresses(SHARED).take(address)
    assert OwnAddresses(WRITTEN).take(address)
    assert not OwnAddresses("info@example.org").take(address)


@pytest.mark.parametrize("address", ["", "åsa@example.org", "info", "a b@example.org", "\ud800@x"])
def test_what_is_another_address_or_none_is_not_ours(address: str) -> None:
    assert not OwnAddresses(SHARED).take(address)


def test_desk_with_an_address_beyond_ascii_is_known() -> None:
    assert OwnAddresses("åsa@räksmörgås.example.org").take("Åsa+x@räksmörgås.example.org")


def test_return_path_that_not_every_relay_takes_is_refused_at_the_start() -> None:
    with pytest.raises(Unwritable):
        ReturnPaths(b"secret", "åter@example.org")
