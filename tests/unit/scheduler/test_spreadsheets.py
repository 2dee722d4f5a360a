"""Files for spreadsheets: what looks like a formula is text."""

import csv
import io

import pytest

from shared.web.spreadsheet import line


@pytest.mark.parametrize(
    "value", ["=1+1", "+46701740605", "-2", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("https://x")', "  =1"]
)
def test_a_formula_is_written_as_text(value: str) -> None:
    (written,) = csv.reader(io.StringIO(line([value, "Åsa; Lind"]), newline=""), delimiter=";")
    assert written == [f"'{value}", "Åsa; Lind"]


def test_names_and_numbers_stay_as_they_are() -> None:
    assert line(["Åsa Lind", 7, "a=b", "1-2"]) == "Åsa Lind;7;a=b;1-2\r\n"
