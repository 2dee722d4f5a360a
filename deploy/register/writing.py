"""Writes a register as a CRM export from Excel looks: semicolons, Windows-1252, Swedish headers."""

import csv
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from deploy.register.generate import RegisterRow

HEADER = RegisterRow(
    person_id="Person-id",
    first_name="Förnamn",
    last_name="Efternamn",
    email="E-post",
    phone="Telefon",
    birth_year="Födelseår",
    language="Språk",
    unit_id="Enhets-id",
    unit_name="Enhet",
    unit_kind="Enhetstyp",
    region="Region",
    assignment_type="Uppdrag",
    valid_from="Gäller från",
    valid_to="Gäller till",
    opted_out="Avböjt utskick",
)


def write_register(path: Path, rows: Iterable[RegisterRow]) -> None:
    """Write rows to a file, below the header."""
    with path.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(chain((HEADER,), rows))
