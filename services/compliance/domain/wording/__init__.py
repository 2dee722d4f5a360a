"""What the pages of an unsubscribe link say, in the reader's language, Swedish first."""

from collections.abc import Mapping

from services.compliance.domain.wording import danish, english, norwegian, swedish
from services.compliance.domain.wording.page import Language, Moment, Words, language_of

__all__ = ["WORDS", "Language", "Moment", "Words", "language_of"]

WORDS: Mapping[Language, Mapping[Moment, Words]] = {
    "sv": swedish.WORDS,
    "en": english.WORDS,
    "da": danish.WORDS,
    "no": norwegian.WORDS,
}
