"""Which column of a file is which: by the header's names, Swedish or English, or by a mapping file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from deploy.importing.failures import UnreadableFile

NAMES: Mapping[str, tuple[str, ...]] = {
    "person_id": (
        "medlemsnummer", "medlemsnr", "medlems-id", "kontakt-id",
        "member id", "member number", "contact id",
    ),
    "first_name": ("förnamn", "tilltalsnamn", "given name"),
    "last_name": ("efternamn", "surname", "family name"),
    "email": (
        "e-post", "e-postadress", "mejl", "mejladress", "mail", "mailadress", "e-mail", "email address",
    ),
    "phone": (
        "telefon", "telefonnummer", "mobil", "mobiltelefon", "mobilnummer", "tel", "phone number", "mobile",
    ),
    "birth_year": ("födelseår", "född", "födelsedatum", "year of birth", "birth date", "date of birth"),
    "language": ("språk", "språkkod", "lang"),
    "unit_id": (
        "enhets-id", "enhetsnummer", "enhetsnr", "enhetskod", "krets-id", "kretsnummer", "kretsnr",
        "kommunkod", "organisationsenhets-id", "branch id", "branch number", "unit number",
    ),
    "unit_name": (
        "enhet", "enhetsnamn", "krets", "kretsnamn", "förening", "föreningsnamn", "unit", "branch",
        "branch name",
    ),
    "unit_kind": ("enhetstyp", "typ av enhet", "unit type", "branch type", "kind"),
    "region": ("län", "distrikt", "county", "district"),
    "assignment_type": (
        "uppdrag", "uppdragstyp", "roll", "förtroendeuppdrag", "assignment", "role", "position",
    ),
    "valid_from": (
        "gäller från", "gäller fr.o.m.", "från", "fr.o.m.", "startdatum", "from", "start date", "start",
    ),
    "valid_to": (
        "gäller till", "gäller t.o.m.", "till", "t.o.m.", "slutdatum", "to", "end date", "end", "valid until",
    ),
    "parent_id": (
        "överordnad enhet", "överordnat enhets-id", "tillhör enhet", "parent unit", "parent unit id",
    ),
    "agreements": ("avtal", "kollektivavtal", "avtalsområde", "agreement", "collective agreement"),
    "occupational_groups": ("yrkesgrupp", "yrkesgrupper", "yrke", "occupation", "occupational group"),
    "opted_out": (
        "avböjt utskick", "avböjer utskick", "avböjt e-post", "nej till utskick", "ej utskick",
        "spärrad för utskick", "reserverad", "no mailings", "unsubscribed", "opt out",
    ),
}  # fmt: skip
"""The column's own name always counts; capitals, spaces and punctuation never do."""

DateOrder = Literal["dmy", "mdy", "ymd"]

NOT_TOGETHER = ("unit_id", "assignment_type")


def spelling(name: str) -> str:
    """Return a header's name without what people write differently: capitals, spaces, punctuation."""
    return "".join(character for character in name.casefold() if character.isalnum())


@dataclass(frozen=True)
class ColumnMapping:
    """How to read one organisation's export.

    ``columns`` gives the header's own name of a column. ``pad`` gives the width to which a number that lost
    its leading zeros in Excel is filled up again. ``dates`` says how 01/02/2027 is meant.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    pad: Mapping[str, int] = field(default_factory=dict)
    dates: DateOrder | None = None

    def find(self, header: Sequence[str]) -> dict[str, int]:
        """Return the place of each column that the header has.

        Raises UnreadableFile when a column stands there twice, or a mapped one does not.
        """
        places = [spelling(name) for name in header]
        found: dict[str, int] = {}
        for column, names in NAMES.items():
            own = self.columns.get(column)
            wanted = {spelling(own)} if own else {spelling(name) for name in (column, *names)}
            at = [place for place, name in enumerate(places) if name and name in wanted]
            if len(at) > 1:
                given = ", ".join(repr(header[place]) for place in at)
                raise UnreadableFile(f"{column} could be any of {given}: say which in a mapping file")
            if own and not at:
                raise UnreadableFile(f"the header has no {own!r}, which the mapping file names for {column}")
            if at:
                found[column] = at[0]
        return found

    def recognized(self, header: Sequence[str]) -> int:
        """How many cells of a row look like names of columns. Tells a header from anything else."""
        known = {spelling(name) for column, names in NAMES.items() for name in (column, *names)}
        known |= {spelling(name) for name in self.columns.values()}
        return sum(spelling(name) in known for name in header if name)


def required(found: Mapping[str, int], header: Sequence[str]) -> None:
    """Raise UnreadableFile unless the columns that nothing works without are there."""
    names = ", ".join(repr(name) for name in header if name) or "empty"
    if "person_id" not in found:
        raise UnreadableFile(f"no column is person_id; the header is {names}")
    there = [column for column in NOT_TOGETHER if column in found]
    if len(there) == 1:
        raise UnreadableFile(f"unit_id and assignment_type belong together, and only {there[0]} is there")


def required_of_all(found: Mapping[str, int], header: Sequence[str]) -> None:
    """Raise UnreadableFile unless the file can be the whole register, which keeps only what it tells."""
    if "email" not in found:
        names = ", ".join(repr(name) for name in header if name)
        raise UnreadableFile(
            f"no column is email, and by a whole register without it everybody would lose their address; "
            f"the header is {names}"
        )


def read_mapping(path: Path) -> ColumnMapping:
    """Read a mapping file. Raises UnreadableFile with what is wrong in it."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise UnreadableFile(f"the mapping file {path.name} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise UnreadableFile(f"the mapping file {path.name} has no `columns:`")
    if unknown := content.keys() - {"columns", "pad", "dates"}:
        raise UnreadableFile(
            f"the mapping file {path.name} has {_list(unknown)}; it can have columns, pad, dates"
        )
    columns = _part(content, "columns")
    pad = _part(content, "pad")
    if not all(isinstance(width, int) and 0 < width <= 20 for width in pad.values()):
        raise UnreadableFile("`pad:` gives a number of digits, at most 20, for each column")
    dates = content.get("dates")
    if dates is not None and dates not in get_args(DateOrder):
        raise UnreadableFile(f"`dates:` is {dates!r}; it can be dmy, mdy or ymd")
    return ColumnMapping({column: str(name) for column, name in columns.items()}, pad, dates)


def _part(content: dict[str, Any], name: str) -> dict[str, Any]:
    part = content.get(name) or {}
    if not isinstance(part, dict):
        raise UnreadableFile(f"`{name}:` is not a list of columns with their values")
    if unknown := part.keys() - NAMES.keys():
        raise UnreadableFile(f"`{name}:` names {_list(unknown)}; the columns are {', '.join(NAMES)}")
    return part


def _list(names: set[Any]) -> str:
    return ", ".join(sorted(map(str, names)))
