"""What the text in a cell means."""

from datetime import date, datetime

import pytest

from deploy.importing.cells import birth_year_of, day_of, language_of, text_of, truth_of
from deploy.importing.columns import DateOrder


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2027-01-31", date(2027, 1, 31)),
        (" 2027-01-31 ", date(2027, 1, 31)),
        ("2027-01-31 00:00:00", date(2027, 1, 31)),
        ("2027-01-31T08:00", date(2027, 1, 31)),
        ("20270131", date(2027, 1, 31)),
        ("2027/01/31", date(2027, 1, 31)),
        ("31.1.2027", date(2027, 1, 31)),
        ("05.02.2027", date(2027, 2, 5)),
        ("31/01/2027", date(2027, 1, 31)),
        ("01/31/2027", date(2027, 1, 31)),
        ("02/02/2027", date(2027, 2, 2)),
        ("46418", date(2027, 1, 31)),
        (46418, date(2027, 1, 31)),
        (46418.75, date(2027, 1, 31)),
        (datetime(2027, 1, 31, 8, 0), date(2027, 1, 31)),  # noqa: DTZ001  (as openpyxl gives it)
        (date(2027, 1, 31), date(2027, 1, 31)),
        ("9999-12-31", date(9999, 12, 31)),
        ("", None),
        (None, None),
        ("Tills vidare", None),
    ],
)
def test_a_date_is_understood(cell: str | float | date | None, expected: date | None) -> None:
    assert day_of(cell, None) == expected


@pytest.mark.parametrize("cell", ["2027-02-30", "våren 2027", "0000-00-00", "123", "2027", "32.01.2027"])
def test_what_is_no_date_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        day_of(cell, None)


def test_a_date_that_could_be_two_is_refused_until_the_order_is_given() -> None:
    with pytest.raises(ValueError, match="day or month first"):
        day_of("01/02/2027", None)
    orders: list[tuple[DateOrder, date]] = [("dmy", date(2027, 2, 1)), ("mdy", date(2027, 1, 2))]
    for order, expected in orders:
        assert day_of("01/02/2027", order) == expected


def test_a_number_cell_is_text_without_a_decimal_point() -> None:
    assert text_of(114.0) == "114"
    assert text_of(114) == "114"
    assert text_of("0114") == "0114"


def test_line_breaks_in_a_cell_become_spaces() -> None:
    assert text_of("070-174 06 05\r\n(kvällstid)\u00a0") == "070-174 06 05 (kvällstid)"


@pytest.mark.parametrize(
    ("cell", "year"), [("1961", 1961), (1961, 1961), (1961.0, 1961), ("1961-05-02", 1961), ("19610502", 1961)]
)
def test_a_year_of_birth_is_understood(cell: str | float, year: int) -> None:
    assert birth_year_of(cell) == year


@pytest.mark.parametrize("cell", ["61", "1492", "i fjol", "610502"])
def test_what_is_no_year_of_birth_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="year of birth"):
        birth_year_of(cell)


def test_yes_and_no_are_understood_in_both_languages() -> None:
    assert all(truth_of(cell) for cell in ("ja", "Ja", "YES", "1", 1, True, "x"))
    assert not any(truth_of(cell) for cell in ("nej", "No", "0", 0, False, "", None))
    with pytest.raises(ValueError, match="neither yes nor no"):
        truth_of("kanske")


def test_a_language_is_understood_by_code_and_by_name() -> None:
    cells = ("", "sv", "sv-SE", "Svenska", "English", "en_GB", "dansk", "nb-NO", "norska")
    assert [language_of(cell) for cell in cells] == ["sv", "sv", "sv", "sv", "en", "en", "da", "no", "no"]
    with pytest.raises(ValueError, match="is not a language that we write in"):
        language_of("suomi")
