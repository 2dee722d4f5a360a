"""What may still be sent to an address that has opted out of something (F1)."""

from collections.abc import Collection, Sequence

from services.sender.domain.edition import Section

ORGANISATION = "organisation"
ADDRESS = "address"


def unit_scope(unit_id: str) -> str:
    """Return the scope of one unit's information and appeals."""
    return f"unit:{unit_id}"


def remaining(sections: Sequence[Section], scopes: Collection[str]) -> tuple[Section, ...]:
    """Return the sections that may go, in order. Duty goes on unless the address itself is suppressed."""
    if not scopes:
        return tuple(sections)
    if ADDRESS in scopes:
        return ()
    return tuple(
        s
        for s in sections
        if s.is_duty or (ORGANISATION not in scopes and unit_scope(s.unit_id) not in scopes)
    )


def letter_may_go(scopes: Collection[str]) -> bool:
    """A one-to-one mail is no mailing: only a suppressed address stops it."""
    return ADDRESS not in scopes
