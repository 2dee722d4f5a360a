"""From rows to what the CRM publishes."""

from datetime import date
from pathlib import Path

from deploy.importing.events import Batches, Options, Translator
from deploy.importing.rows import Row
from deploy.importing.summary import ImportSummary
from shared.contracts.crm import (
    BATCH,
    Assignment,
    AssignmentChanged,
    Person,
    PersonChanged,
    Unit,
    UnitChanged,
)
from tests.unit.importing.exports import HEADER, export_of, good, person, text

OPTIONS = Options(version=1_800_000_000_000, today=date(2027, 2, 8))


class Translated:
    """What the rows of one export became."""

    def __init__(self, rows: list[Row]) -> None:
        self.summary = ImportSummary("export.csv")
        translator = Translator(OPTIONS, self.summary)
        self.persons: list[Person] = []
        self.assignments: list[Assignment] = []
        for row in rows:
            if (person := translator.person(row)) is not None:
                self.persons.append(person)
            if (assignment := translator.assignment(row)) is not None:
                self.assignments.append(assignment)
            translator.unit(row)
        self.units: list[Unit] = []
        for message in translator.finish():
            assert isinstance(message, UnitChanged)
            self.units += message.units

    @property
    def doubts(self) -> list[tuple[int, str]]:
        return [(doubt.line, doubt.reason) for doubt in self.summary.doubts]


def translated(tmp_path: Path, rows: list[list[str]], header: str = HEADER) -> Translated:
    return Translated(good(export_of(tmp_path, text(rows, header))))


def test_a_row_becomes_a_person_an_assignment_and_a_unit(tmp_path: Path) -> None:
    result = translated(tmp_path, [person(valid_to="2028-03-31")])
    assert result.persons == [
        Person(
            person_id="0042",
            version=OPTIONS.version,
            first_name="Åsa",
            last_name="Öberg",
            email="asa@example.se",
            phone="070-174 06 05",
            birth_year=1961,
        )
    ]
    (assignment,) = result.assignments
    assert (assignment.person_id, assignment.unit_id, assignment.assignment_type) == (
        "0042",
        "0114",
        "ordförande",
    )
    assert (assignment.valid_from, assignment.valid_to) == (date(2026, 3, 15), date(2028, 3, 31))
    (unit,) = result.units
    assert (unit.unit_id, unit.name, unit.kind, unit.region) == (
        "0114",
        "Upplands Väsby",
        "krets",
        "Stockholm",
    )


def test_one_person_on_two_rows_is_published_once_with_two_assignments(tmp_path: Path) -> None:
    result = translated(tmp_path, [person(), person(assignment_type="kassör")])
    assert len(result.persons) == 1
    assert len({assignment.assignment_id for assignment in result.assignments}) == 2
    assert result.doubts == []


def test_the_first_name_and_address_of_a_person_count_and_the_contradiction_is_told(tmp_path: Path) -> None:
    result = translated(tmp_path, [person(), person(email="other@example.se", assignment_type="kassör")])
    assert [entry.email for entry in result.persons] == ["asa@example.se"]
    assert result.doubts == [(3, "another name or address of 0042 than before: the first one counts")]
    assert len(result.assignments) == 2


def test_an_opt_out_on_any_row_of_a_person_counts(tmp_path: Path) -> None:
    rows = [
        [*person(), "nej"],
        [*person(assignment_type="kassör", email="b@example.se"), "ja"],
        [*person(assignment_type="revisor"), "nej"],
    ]
    result = translated(tmp_path, rows, HEADER + ";opted_out")
    first, corrected = result.persons
    assert (first.email_opted_out, corrected.email_opted_out) == (False, True)
    assert corrected.version > first.version
    assert corrected.email == "asa@example.se"
    assert result.summary.opted_out == 1


def test_a_later_opt_out_changes_nothing_else_of_the_first_row(tmp_path: Path) -> None:
    later = person(assignment_type="kassör")
    later[4:7] = ["", "", "en"]
    result = translated(tmp_path, [[*person(), "nej"], [*later, "ja"]], HEADER + ";opted_out")
    first, corrected = result.persons
    assert corrected == first.model_copy(update={"email_opted_out": True, "version": first.version + 1})


def test_an_address_is_passed_on_as_the_crm_holds_it_and_counted(tmp_path: Path) -> None:
    rows = [person("1", email="saknas"), person("2", email=""), person("3", email="Å Öberg@example.se")]
    result = translated(tmp_path, rows)
    assert [entry.email for entry in result.persons] == ["saknas", None, "Å Öberg@example.se"]
    assert (result.summary.broken_addresses, result.summary.without_address) == (2, 1)


def test_the_id_of_an_assignment_outlives_its_dates(tmp_path: Path) -> None:
    (before,) = translated(tmp_path, [person()]).assignments
    (after,) = translated(tmp_path, [person(valid_from="2026-03-22", valid_to="2027-03-31")]).assignments
    assert before.assignment_id == after.assignment_id


def test_two_periods_of_the_same_assignment_are_both_kept(tmp_path: Path) -> None:
    rows = [
        person(valid_from="2020-03-01", valid_to="2022-03-31"),
        person(valid_from="2026-03-15"),
        person(valid_from="2026-03-15"),
        person(valid_from="2026-03-15", valid_to="2027-12-31"),
    ]
    result = translated(tmp_path, rows)
    assert len({assignment.assignment_id for assignment in result.assignments}) == 2
    assert result.doubts == [
        (4, "the same assignment as before: the first one counts"),
        (5, "another end of the same assignment as before: the first one counts"),
    ]


def test_a_unit_has_at_most_two_named_people_a9(tmp_path: Path) -> None:
    kind = "utskicksansvarig"
    rows = [
        person("1", first_name="Ada", assignment_type=kind),
        person("2", first_name="Bo", assignment_type=kind, valid_to="2027-02-07"),
        person("3", first_name="Cia", assignment_type=kind, email=""),
        person("4", first_name="Dag", assignment_type=kind, email="dag@example.se"),
        person("5", first_name="Eva", assignment_type=kind),
        person("6", first_name="Fia", assignment_type="medlemsansvarig"),
    ]
    result = translated(tmp_path, rows)
    contacts = [(contact.role, contact.name) for contact in result.units[0].contacts]
    assert contacts == [("mailing", "Ada Öberg"), ("mailing", "Dag Öberg"), ("member", "Fia Öberg")]
    assert [line for line, _ in result.doubts] == [4, 6]
    assert result.summary.named_people == 2


def test_the_first_row_of_a_unit_counts_and_an_empty_cell_says_nothing(tmp_path: Path) -> None:
    rows = [person("1"), person("2"), person("3")]
    rows[0][8] = ""
    rows[2][8] = "Väsby"
    result = translated(tmp_path, rows)
    assert result.units[0].name == "Upplands Väsby"
    assert result.doubts == [
        (4, "unit 0114 has another name, kind, region or parent than before: the first one counts")
    ]


def test_an_id_that_seems_to_have_lost_its_zeros_is_told(tmp_path: Path) -> None:
    result = translated(tmp_path, [person("1"), person("2", unit_id="114")])
    assert [reason.split(":")[0] for _, reason in result.doubts] == [
        "unit_id 114 may be 0114 without its zeros"
    ]


def test_messages_hold_at_most_500(tmp_path: Path) -> None:
    result = translated(tmp_path, [person(str(number)) for number in range(1001)])
    batches = Batches()
    messages = [
        message
        for pair in zip(result.persons, result.assignments, strict=True)
        for message in batches.take(*pair)
    ]
    messages += batches.rest()
    persons = [len(message.persons) for message in messages if isinstance(message, PersonChanged)]
    assignments = [len(message.assignments) for message in messages if isinstance(message, AssignmentChanged)]
    assert persons == assignments == [BATCH, BATCH, 1]


def test_agreements_groups_and_the_unit_above_are_read_from_columns_of_their_own(tmp_path: Path) -> None:
    header = f"{HEADER};Avtal;Yrkesgrupp;Överordnad enhet;Avböjt utskick"
    rows = [
        [*person(), "HÖK | AB;hök", "Undersköterska", "12", "nej"],
        [*person(assignment_type="kassör"), "AB", "", "12", "ja"],
        [*person("0043", first_name="Bo"), "", "", "12", "nej"],
    ]
    result = translated(tmp_path, rows, header)
    told = [(each.agreements, each.occupational_groups) for each in result.persons]
    alike = (("ab", "hök"), ("undersköterska",))
    assert told == [alike, alike, ((), ())], "also when the opt-out of a later row makes the person anew"
    assert [unit.parent_id for unit in result.units] == ["12"]
    assert (3, "other agreements or groups of 0042: the first row counts") in result.doubts
