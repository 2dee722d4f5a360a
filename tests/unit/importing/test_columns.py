"""Which column is which."""

from pathlib import Path

import pytest

from deploy.importing.columns import NAMES, ColumnMapping, read_mapping, spelling
from deploy.importing.failures import UnreadableFile


def test_no_name_belongs_to_two_columns() -> None:
    names = [
        name for column, others in NAMES.items() for name in {spelling(own) for own in (column, *others)}
    ]
    assert len(names) == len(set(names))


def test_swedish_and_english_names_are_found_whatever_their_capitals_and_spaces() -> None:
    header = ["Person-ID", "FÖRNAMN", "e-Post", "Gäller  från", "Member  of", "unit id", "Assignment Type"]
    assert ColumnMapping().find(header) == {
        "person_id": 0,
        "first_name": 1,
        "email": 2,
        "valid_from": 3,
        "unit_id": 5,
        "assignment_type": 6,
    }


def test_a_mapping_names_a_column_as_the_file_does() -> None:
    mapping = ColumnMapping(columns={"person_id": "Nr", "email": "Adress 2"})
    assert mapping.find(["nr", "E-post", "adress 2"]) == {"person_id": 0, "email": 2}


def test_a_mapped_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="no 'Nr'"):
        ColumnMapping(columns={"person_id": "Nr"}).find(["person_id"])


def test_two_columns_that_could_be_the_same_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="email could be any of 'E-post', 'Mail'"):
        ColumnMapping().find(["person_id", "E-post", "Mail"])


def mapping_file(folder: Path, text: str) -> Path:
    path = folder / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_file_is_read(tmp_path: Path) -> None:
    path = mapping_file(tmp_path, "columns: {person_id: Nr}\npad: {unit_id: 4}\ndates: dmy\n")
    assert read_mapping(path) == ColumnMapping({"person_id": "Nr"}, {"unit_id": 4}, "dmy")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("columns: {shoe_size: Sko}", "names shoe_size"),
        ("colums: {}", "has colums"),
        ("pad: {unit_id: fyra}", "number of digits"),
        ("dates: sometimes", "can be dmy, mdy or ymd"),
        ("- columns", "has no `columns:`"),
        ("columns: [person_id]", "is not a list of columns"),
        ("a: b: c", "cannot be read"),
    ],
)
def test_a_wrong_mapping_file_is_refused_with_the_reason(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read_mapping(mapping_file(tmp_path, text))
