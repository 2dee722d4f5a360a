"""What is counted before a Wednesday: collisions, sizes, durations, and who joined and left."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.bench.edition import TEXT
from services.scheduler.domain.foresight import AlikeMails, AlikePeople, Collision, collisions, measure
from services.scheduler.domain.mail_sizes import in_language, mail_bytes, section_bytes
from services.scheduler.domain.people_sets import Movement, movement, pack
from services.scheduler.domain.previews import Ordered, Seen, figures
from services.scheduler.domain.sending_rates import Scope, duration, read_limits
from services.scheduler.settings import SchedulerSettings
from services.sender.domain.edition import EditionMail
from tests.unit.sender import letters

TEXTS = {
    "short": "Hej!",
    "long": TEXT,
    "rich": letters.MARKDOWN,
    "list": "- punkt ett här\n" * 50,
    "Swedish": "å" * 3000,
    "paragraphs": "Hej och välkommen till mötet.\n\n" * 50,
    "links": "[Läs mer här](https://example.org/arsmote/handlingar)\n\n" * 30,
    "table": "| När | Var |\n| --- | --- |\n" + "| 17/2 | Malmö |\n" * 20,
}

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("sections", [1, 2, 7])
@pytest.mark.parametrize("markdown", TEXTS.values(), ids=TEXTS)
def test_an_estimated_size_is_that_of_the_composed_mail_within_a_tenth(markdown: str, sections: int) -> None:
    subject = "Årsmötet och mer"
    told = [letters.section(n, markdown=markdown, subject=subject) for n in range(1, sections + 1)]
    edition = letters.edition(*told)
    mail = EditionMail(
        letters.recipient(), edition.edition_id, (letters.reader("Åsa Lind", *range(1, sections + 1)),)
    )
    composed = letters.composer(limit=10**9).edition_mail(mail, edition, mail.sections_of(edition))
    estimated = mail_bytes([section_bytes(subject, markdown)] * sections)
    assert 0.9 <= estimated / len(composed) <= 1.1


def test_a_reader_gets_the_text_in_their_language_or_else_in_swedish_or_english() -> None:
    sizes = {"sv": 1, "en": 2, "da": 3}
    assert [in_language(sizes, language) for language in ("da", "en", "no")] == [3, 2, 1]
    assert in_language({"en": 2, "da": 3}, "no") == 2
    assert in_language({"da": 3}, "no") == 3


def test_orders_collide_by_the_people_that_they_share() -> None:
    people = [AlikePeople((1, 2, 3), [7, 8]), AlikePeople((1, 2), [9]), AlikePeople((3,), [1, 2, 3])]
    assert collisions(people) == [Collision(1, 2, 3), Collision(1, 3, 2), Collision(2, 3, 2)]


def test_the_fullest_and_the_biggest_mail_are_not_always_the_same() -> None:
    many, large = AlikeMails((1, 2, 3), "sv", 4, 10), AlikeMails((4,), "sv", 2, 11)
    sizes = {1: {"sv": 10}, 2: {"sv": 10}, 3: {"sv": 10}, 4: {"sv": 200_000}}
    measured = measure([many, large], sizes, limit=100_000)
    assert measured.fullest is not None
    assert measured.fullest.alike is many
    assert measured.biggest[0].alike is large
    assert measured.too_big == 2
    assert measured.by_sections == {1: 2, 3: 4}
    assert measured.total_bytes == 2 * 100_000 + 4 * measured.fullest.bytes, "long mails carry teasers"


def test_every_order_has_its_share_and_the_shares_add_up() -> None:
    orders = [Ordered(UUID(int=n), f"Order {n}", "Krets", "duty") for n in (1, 2)]
    seen = Seen(
        people=[AlikePeople((1, 2), [1, 2]), AlikePeople((1,), [3])],
        mails=[AlikeMails((1, 2), "sv", 2, 1), AlikeMails((1,), "sv", 1, 3)],
        domains={"example.org": 3},
        excluded={2: {"missing_address": 4}},
    )
    sizes = {1: {"sv": 1000}, 2: {"sv": 1000}}
    told = figures(date(2026, 11, 18), orders, seen, sizes, 100_000, ())
    assert [(o.ordered, o.recipients, o.together) for o in told.orders] == [(3, 3, 2), (6, 2, 2)]
    assert (told.ordered, told.pairs, told.mails, told.saved, told.saved_percent) == (9, 5, 3, 2, 40.0)
    assert told.excluded == {"missing_address": 4}


DOMAINS = {"gmail.com": 3000, "outlook.com": 1000, "hotmail.se": 500, "telia.com": 2000, "example.se": 500}
DURATIONS = (
    ("engine", "1000/second", "", 7000, 6.1),
    ("relay", "7000/hour", "", 7000, 3600.0),
    ("relay", "1000/hour", "", 7000, 25_200.0),
    ("relay", "100000/day", "", 7000, 0.0),
    ("domain", "1000/hour", "telia", 2000, 7200.0),
    ("domain", "1000/hour", "*", 3000, 10_800.0),
    ("domain", "1000/hour", "unknown.org", 0, 0.0),
    ("domain", "1000/hour", "microsoft", 1500, 3600.0),
)
"""Scope, limit, domain, and what becomes of it: mails that fall under it, and seconds. A tenth of a bucket
is left to one-to-one mail, so 900 of 1000 go at once, and 900 in each hour after that."""


@pytest.mark.parametrize(("scope", "written", "domain", "mails", "seconds"), DURATIONS)
def test_a_limit_lets_a_full_bucket_through_and_the_same_a_period_later(
    scope: Scope, written: str, domain: str, mails: int, seconds: float
) -> None:
    (burden,) = duration(DOMAINS, read_limits(scope, written, domain)).burdens
    assert (burden.mails, round(burden.seconds, 6)) == (mails, seconds)


def test_the_slowest_limit_binds_and_none_when_nothing_waits() -> None:
    limits = read_limits("engine", "1000/second") + read_limits("relay", "20/second+1000/hour")
    found = duration(DOMAINS, limits)
    assert found.binding is not None
    assert (found.binding.limit.scope, found.binding.limit.period) == ("relay", "hour")
    assert found.seconds == found.binding.seconds == max(burden.seconds for burden in found.burdens)
    assert duration({"example.org": 3}, limits).binding is None


def test_other_domains_are_those_without_a_limit_of_their_own() -> None:
    limits = SchedulerSettings(secret_key=SECRET, domain_limits="Gmail.com=1000/hour, *=10/hour").limits
    others = next(burden for burden in duration(DOMAINS, limits).burdens if burden.limit.domain == "*")
    assert (others.domain, others.mails) == ("telia", 2000)


@pytest.mark.parametrize(
    ("setting", "written"),
    [
        ("relay_limits", "fast"),
        ("relay_limits", "0/hour"),
        ("engine_limits", "1/year"),
        ("domain_limits", "gmail.com"),
        ("domain_limits", "*=1/week"),
        ("domain_limits", "gmail.com=1/hour, googlemail.com=2/hour"),
    ],
)
def test_limits_that_cannot_be_read_are_refused_at_the_start(setting: str, written: str) -> None:
    with pytest.raises(ValueError, match=setting):
        SchedulerSettings.model_validate({"secret_key": SECRET, setting: written})


some_people = st.sets(st.integers(0, 400))


@given(before=some_people, now=some_people)
def test_who_joined_and_who_left_is_counted_exactly(before: set[int], now: set[int]) -> None:
    assert movement(pack(before), pack(now)) == Movement(len(before), len(now - before), len(before - now))


def test_an_audience_that_was_exchanged_has_moved_though_its_size_has_not() -> None:
    assert movement(pack(range(100)), pack(range(30, 130))).percent == 60.0
    assert movement(pack([]), pack([1])).percent == 100.0
