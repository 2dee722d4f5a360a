"""The fields within a report: groups of lines, parted by empty ones (RFC 3464 §2.1, RFC 5965 §3)."""

from collections.abc import Iterator

from services.sender.domain.mailbox import limits
from services.sender.domain.mailbox.mime import Field, Part

MOST_GROUPS = 50


def groups_of(part: Part) -> Iterator[list[Field]]:
    """Yield the groups of fields in a part, at most fifty."""
    fields: list[Field] = []
    given = 0
    for index, line in enumerate(part.text.split("\n")):
        if not line.strip() and fields:
            yield fields
            fields, given = [], given + 1
            if given >= MOST_GROUPS:
                return
        _take(fields, line.rstrip(), part.line_of(index))
    if fields:
        yield fields


def _take(fields: list[Field], line: str, number: int) -> None:
    name, colon, value = line.partition(":")
    if line[:1] in {" ", "\t"} and fields:
        last = fields[-1]
        if len(last.value) < limits.FIELD_OCTETS:
            fields[-1] = Field(last.name, f"{last.value} {line.strip()}", last.line)
    elif colon and len(fields) < limits.FIELDS:
        fields.append(Field(name.strip().lower(), value.strip(), number))
