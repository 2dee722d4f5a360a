"""The words of the pages of an unsubscribe link."""

from typing import get_args

import pytest

from services.compliance.domain.wording import WORDS, Language, Moment, language_of


@pytest.mark.parametrize("language", get_args(Language))
def test_every_page_is_written_in_every_language(language: Language) -> None:
    assert set(WORDS[language]) == set(get_args(Moment))
    for words in WORDS[language].values():
        assert words.heading
        assert all(len(text) > 10 for text in words.paragraphs)


@pytest.mark.parametrize("moment", get_args(Moment))
def test_a_page_has_a_button_in_all_languages_or_in_none(moment: Moment) -> None:
    assert len({bool(words[moment].button) for words in WORDS.values()}) == 1


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("", "sv"),
        ("sv-SE,sv;q=0.9,en;q=0.8", "sv"),
        ("en-GB", "en"),
        ("de,en;q=0.5,da;q=0.7", "da"),
        ("nb-NO,nb;q=0.9", "no"),
        ("nn", "no"),
        ("fi,de", "sv"),
        ("*", "sv"),
        ("en;q=0", "sv"),
        ("en;q=9,da", "da"),
        (";;;,,,q=1", "sv"),
        ("x" * 10_000, "sv"),
    ],
)
def test_the_readers_own_language_is_chosen_and_swedish_else(accepts: str, language: Language) -> None:
    assert language_of(accepts) == language
