"""Reading a CRM export as Excel and CRMs write it."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.importing.columns import ColumnMapping
from deploy.importing.failures import UnreadableFile
from deploy.importing.reading import open_export
from deploy.importing.rows import BrokenRow
from tests.unit.importing.exports import HEADER, broken, export_of, good, person, text, workbook_of

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_every_encoding_and_separator_gives_the_same_row(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    export = export_of(tmp_path, text([person()], separator=separator), encoding)
    (row,) = good(export)
    assert (row.line, row.person_id, row.first_name, row.last_name) == (2, "0042", "Åsa", "Öberg")
    assert (row.unit_id, row.unit_name, row.unit_kind) == ("0114", "Upplands Väsby", "krets")
    assert (row.region, row.assignment_type) == ("Stockholm", "ordförande")
    assert (row.valid_from, row.valid_to) == (date(2026, 3, 15), None)


def test_capitals_in_quotation_marks_are_not_taken_for_another_encoding(tmp_path: Path) -> None:
    (row,) = good(export_of(tmp_path, text([person(first_name="”GRÅ”\u00a0Ä–Ö")]), "cp1252"))
    assert row.first_name == "”GRÅ” Ä–Ö"


CELL = st.text(
    st.characters(
        codec="cp1252", exclude_characters="\x00\r\nÃ", exclude_categories=["Cc", "Zs", "Zl", "Zp"]
    ),
    max_size=12,
)
NAME = CELL.filter(lambda cell: not cell.startswith("#"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.tuples(NAME, NAME), min_size=1, max_size=5),
    encoding=st.sampled_from(ENCODINGS),
    separator=st.sampled_from([";", ",", "\t"]),
)
def test_what_is_written_is_what_is_read(
    tmp_path: Path, names: list[tuple[str, str]], encoding: str, separator: str
) -> None:
    rows = [person(str(number), first_name=name, email=email) for number, (name, email) in enumerate(names)]
    rows.append(person("last", first_name="Märta-Lena"))
    read = good(export_of(tmp_path, text(rows, separator=separator), encoding))
    assert [(row.first_name, row.email) for row in read[:-1]] == names
    assert [row.person_id for row in read] == [row[0] for row in rows]


def test_empty_columns_and_rows_at_the_end_mean_nothing(tmp_path: Path) -> None:
    lines = [HEADER + ";;;", ";".join(person()) + ";;;;;", ";;;;;;", "", ""]
    (row,) = good(export_of(tmp_path, "\r\n".join(lines)))
    assert row.person_id == "0042"


def test_a_line_break_inside_quotation_marks_belongs_to_the_cell(tmp_path: Path) -> None:
    cells = person()
    cells[4] = "070-174 06 05\r\n(kvällstid)"
    first, second = good(export_of(tmp_path, text([cells, person("0043")])))
    assert first.phone == "070-174 06 05 (kvällstid)"
    assert (first.line, second.line) == (2, 4)


def test_a_quotation_mark_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    lines = [HEADER, *(";".join(person(str(number))) for number in range(1, 50))]
    lines[10] = lines[10].replace("Åsa", '"Åsa')
    export = export_of(tmp_path, "\n".join(lines))
    assert broken(export) == [(11, "a quotation mark is not closed, or stands in the wrong place")]
    assert len(list(export.rows())) == 49


def test_two_quotation_marks_never_closed_cost_two_rows(tmp_path: Path) -> None:
    lines = [HEADER, *(";".join(person(str(number))) for number in range(1, 20))]
    for line in (5, 9):
        lines[line] = lines[line].replace("Åsa", '"Åsa')
    export = export_of(tmp_path, "\n".join(lines))
    assert [line for line, _ in broken(export)] == [6, 10]


def test_a_separator_too_many_is_a_broken_row_not_a_shifted_one(tmp_path: Path) -> None:
    cells = person()
    cells.insert(1, "Karin")
    cells[-1] = "2028-03-31"
    export = export_of(tmp_path, "\n".join([HEADER, ";".join(cells), ";".join(person())]))
    ((line, reason),) = broken(export)
    assert line == 2
    assert "more than the header's 14 columns" in reason


@pytest.mark.parametrize("end", ["", ";", ";;"])
def test_a_shifted_row_whose_last_cells_are_empty_is_broken_and_nobodys(tmp_path: Path, end: str) -> None:
    rows = [";".join(person(str(number))) + end for number in range(1, 5)]
    rows[2] = rows[2].replace("Åsa", "Åsa; Karin")
    export = export_of(tmp_path, "\n".join([HEADER + end, *rows]))
    (shifted,) = (row for row in export.rows() if isinstance(row, BrokenRow))
    assert (shifted.line, shifted.person_id) == (4, "")
    assert "more than the header's 14 columns" in shifted.reason


def test_a_cell_under_no_header_is_of_a_row_that_may_be_anybodys(tmp_path: Path) -> None:
    path = workbook_of(tmp_path, [[*HEADER.split(";"), None], person("1"), [*person("2"), "2027-03-31"]])
    (shifted,) = (row for row in open_export(path).rows() if isinstance(row, BrokenRow))
    assert (shifted.line, shifted.person_id) == (3, "")


def test_rows_may_all_end_with_a_separator_too_many(tmp_path: Path) -> None:
    rows = [";".join(person(str(number))) + ";" for number in range(3)]
    assert len(good(export_of(tmp_path, "\n".join([HEADER, *rows])))) == 3


def test_rows_may_leave_out_the_empty_cells_at_their_end(tmp_path: Path) -> None:
    short = person("2", unit_id="", assignment_type="", valid_from="")[:7]
    rows = [person("1", valid_to="2028-03-31"), short, person("3")[:-1], person("4", valid_to="2028-03-31")]
    read = good(export_of(tmp_path, "\n".join([HEADER, *(";".join(row) for row in rows)])))
    assert [(row.person_id, row.assignment_type) for row in read] == [
        ("1", "ordförande"),
        ("2", ""),
        ("3", "ordförande"),
        ("4", "ordförande"),
    ]


@pytest.mark.parametrize("lost", [0, 2, 5, 6, 9, 10])
@pytest.mark.parametrize("end", ["", ";"])
def test_a_row_that_lost_a_separator_is_broken_and_nobodys(tmp_path: Path, lost: int, end: str) -> None:
    rows = [";".join(person(str(number))) + end for number in range(1, 5)]
    cells = person("3", valid_to="2028-03-31")
    rows[2] = ";".join([*cells[:lost], cells[lost] + " " + cells[lost + 1], *cells[lost + 2 :]]) + end
    export = export_of(tmp_path, "\n".join([HEADER, *rows]))
    assert [(row.line, row.person_id) for row in export.rows() if isinstance(row, BrokenRow)] == [(4, "")]


@pytest.mark.parametrize("closed_in", [0, 1, 3])
def test_a_quotation_mark_that_another_row_closes_does_not_swallow_it(tmp_path: Path, closed_in: int) -> None:
    rows = [person(str(number)) for number in range(1, 5)]
    rows[1][1] = '"' + rows[1][1]
    rows[2][closed_in] += '"'
    export = export_of(tmp_path, "\n".join([HEADER, *(";".join(row) for row in rows)]))
    assert [(row.line, row.person_id) for row in export.rows() if isinstance(row, BrokenRow)][:1] == [(3, "")]
    assert "4" in [row.person_id for row in export.rows()]


def test_a_line_break_in_a_row_with_empty_cells_after_it_is_no_mark_left_open(tmp_path: Path) -> None:
    cells = [*person(), "", ""]
    cells[4] = "070-174 06 05\n(kvällstid)"
    (row,) = good(export_of(tmp_path, text([cells], header=HEADER + ";;")))
    assert row.phone == "070-174 06 05 (kvällstid)"


def test_an_agreement_with_a_control_character_breaks_the_row(tmp_path: Path) -> None:
    export = export_of(tmp_path, text([[*person(), "h\x08ök"]], header=HEADER + ";Avtal"))
    assert broken(export) == [(2, "agreements has a control character")]


@pytest.mark.parametrize("person_id", ["#REF!", "4" * 201, "00\x0742"])
def test_a_row_whose_id_is_none_is_nobodys(tmp_path: Path, person_id: str) -> None:
    (row,) = export_of(tmp_path, text([person(person_id)])).rows()
    assert isinstance(row, BrokenRow)
    assert row.person_id == ""


def test_excels_separator_line_is_obeyed(tmp_path: Path) -> None:
    (row,) = good(export_of(tmp_path, "sep=,\r\n" + text([person()], separator=",")))
    assert (row.person_id, row.line) == ("0042", 3)


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    (row,) = good(export_of(tmp_path, "Medlemsregister, uttag 2027-02-05\n\n" + text([person()])))
    assert (row.person_id, row.line) == ("0042", 4)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (person(""), "person_id is missing"),
        (person(unit_id=""), "unit_id is missing for the assignment 'ordförande'"),
        (person(valid_from="2027-02-30"), "valid_from: '2027-02-30' is not a date: .*"),
        (person(valid_from="01/02/2027"), "valid_from: .*day or month first.*"),
        (person(valid_to="2026-03-14"), "valid_to 2026-03-14 is before valid_from 2026-03-15"),
        (person(first_name="Å" * 501), "first_name is longer than 500 characters"),
        (person("#REF!"), "person_id is Excel's error #REF!"),
        (person("00\x0742"), "person_id has a control character"),
        (person(unit_id="01\x7f14"), "unit_id has a control character"),
        (person(assignment_type="ord\x1bförande"), "assignment_type has a control character"),
    ],
)
def test_a_broken_row_is_told_with_its_line_and_reason_and_the_others_are_read(
    tmp_path: Path, changed: list[str], reason: str
) -> None:
    export = export_of(tmp_path, text([person("1"), changed, person("3")]))
    ((line, given),) = broken(export)
    assert line == 3
    assert re.fullmatch(reason, given)
    assert len(list(export.rows())) == 3


def test_a_broken_address_is_no_broken_row(tmp_path: Path) -> None:
    rows = [person(email="saknas"), person(email=""), person(email="åsa öberg@example.se")]
    read = good(export_of(tmp_path, text(rows)))
    assert [row.email for row in read] == ["saknas", "", "åsa öberg@example.se"]


def test_a_wish_not_to_be_mailed_that_cannot_be_read_breaks_the_row(tmp_path: Path) -> None:
    rows = [[*person("1"), "Ja"], [*person("2"), ""], [*person("3"), "kanske"]]
    export = export_of(tmp_path, text(rows, header=HEADER + ";Avböjt utskick"))
    assert broken(export) == [(4, "opted_out: 'kanske' is neither yes nor no")]


def test_an_unreadable_birth_year_or_language_is_left_out_of_a_good_row(tmp_path: Path) -> None:
    cells = person()
    cells[5], cells[6] = "okänt", "suomi"
    (row,) = good(export_of(tmp_path, text([cells])))
    assert (row.birth_year, row.language) == (None, "sv")
    assert len(row.doubts) == 2


def test_a_row_may_lack_the_assignment(tmp_path: Path) -> None:
    (row,) = good(export_of(tmp_path, text([person(unit_id="", assignment_type="", valid_from="")])))
    assert row.assignment_type == ""


def test_assignment_types_are_read_in_lower_case(tmp_path: Path) -> None:
    (row,) = good(export_of(tmp_path, text([person(assignment_type="Ordförande ")])))
    assert row.assignment_type == "ordförande"


def test_leading_zeros_stay_and_lost_ones_are_given_back_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(text([person("0042", unit_id="114"), person("x7")]), encoding="utf-8")
    first, second = good(open_export(path, ColumnMapping(pad={"unit_id": 4, "person_id": 6})))
    assert (first.person_id, first.unit_id) == ("000042", "0114")
    assert second.person_id == "x7"


def test_a_workbook_is_read_with_its_dates_and_numbers(tmp_path: Path) -> None:
    cells: list[object] = list(person())
    cells[0], cells[7] = 42.0, 114
    cells[12], cells[13] = datetime(2026, 3, 15), 46418  # noqa: DTZ001  (as Excel holds it)
    path = workbook_of(tmp_path, [HEADER.split(";"), cells, [None] * 14, []])
    (row,) = good(open_export(path))
    assert (row.person_id, row.unit_id, row.line) == ("42", "114", 2)
    assert (row.valid_from, row.valid_to) == (date(2026, 3, 15), date(2027, 1, 31))


def test_a_workbook_is_known_by_its_bytes_not_by_its_name(tmp_path: Path) -> None:
    path = workbook_of(tmp_path, [HEADER.split(";"), person()]).rename(tmp_path / "export.csv")
    assert good(open_export(path))[0].first_name == "Åsa"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"person_id\n1\n\x00\n", "line 3 has a NUL"),
        (text([person()]).encode("utf-16-le"), "line 1 has a NUL"),
        (b"person_id;email\n1;\x81\n", "line 2 has a character that is not UTF-8"),
        ("person_id;first_name\n1;Åsa\n".encode() + "2;Åsa\n".encode("cp1252"), "line 3 has a character"),
        (b"\xef\xbb\xbfperson_id\n\xe5\n", "line 2 is not UTF-8"),
        (b"\xff\xfep\x00e\x00\x00\xd8\x00\x00", "is not UTF-16"),
        (b"name;age\nAnna;40\n", "no column is person_id; the header is 'name', 'age'"),
        (b"person_id;unit_id\n1;0114\n", "belong together, and only unit_id is there"),
        (b"PK\x03\x04 not a workbook", "no workbook that can be read"),
        (b"\xd0\xcf\x11\xe0 old", "of the old kind"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        export_of(tmp_path, content)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="cannot be read"):
        open_export(tmp_path / "nothing.csv")


def test_columns_that_mean_nothing_are_told(tmp_path: Path) -> None:
    export = export_of(tmp_path, "person_id;Skostorlek;E-post\n1;43;a@example.se\n")
    assert export.header.ignored == ("Skostorlek",)
