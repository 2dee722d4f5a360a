"""Days on which nobody works: public holidays and the organisation's own."""

from collections.abc import Callable
from datetime import date

import holidays


def closed_days(country: str, own: frozenset[date]) -> Callable[[date], bool]:
    """Return whether a day is closed. De facto holidays (Christmas Eve, Midsummer Eve) count where known.

    Raises NotImplementedError for a country that ``holidays`` does not know.
    """
    known = holidays.country_holidays(country)
    categories = {"public", "de_facto"} & set(known.supported_categories)
    public = holidays.country_holidays(country, categories=tuple(sorted(categories)))

    def is_closed(day: date) -> bool:
        return day in own or day in public

    return is_closed
