"""Closed days: public holidays, the eves that the country keeps as such, and the organisation's own."""

from collections.abc import Callable
from datetime import date

import holidays


def closed_days(country: str, own: frozenset[date]) -> Callable[[date], bool]:
    """Return whether a day is closed in a country (ISO 3166); NotImplementedError for an unknown one."""
    categories = set(holidays.country_holidays(country).supported_categories) & {"public", "de_facto"}
    known = holidays.country_holidays(country, categories=tuple(categories))

    def is_closed(day: date) -> bool:
        return day in own or day in known

    return is_closed
