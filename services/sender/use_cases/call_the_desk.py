"""Call the desk: mails of which nobody knows whether they left, and which wait for its decision."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from shared.contracts.sender import SendMessage

_NAMED = 50


def notice_of_doubt(edition_id: UUID | None, mails: Sequence[UUID], day: date, desk: str) -> SendMessage:
    """Return the mail that tells the desk, the same all day for an edition, or for one-to-one mail."""
    return SendMessage(
        key=f"mails-in-doubt:{edition_id or 'letters'}:{day}",
        to=desk,
        subject="Mejl väntar på ert beslut: kom de fram?",
        markdown=(_LETTERS if edition_id is None else _EDITION).format(
            edition_id=edition_id, mails="\n".join(f"- `{each}`" for each in mails[:_NAMED])
        ),
        purpose="mails-in-doubt",
    )


_DECIDE = """
Avgör för vart och ett: `POST /api/v1/uncertain/{{mail_id}}/resend` skickar det igen, och då kan någon få det
två gånger; `POST /api/v1/uncertain/{{mail_id}}/drop` låter bli. Blir det fler i dag kommer inget nytt mejl om
dem, men `onsdag_mails_in_doubt` räknar alla som väntar.
"""
_EDITION = (
    """Det finns mejl i utskicket {edition_id} som ingen vet om de kom fram: svaret från e-postservern uteblev
när de lämnades dit. De skickas inte igen av sig själva.

`GET /api/v1/editions/{edition_id}/mails?state=uncertain` räknar upp dem.
"""
    + _DECIDE
)
_LETTERS = (
    """Det finns brev till enskilda som ingen vet om de kom fram: svaret från e-postservern uteblev när de
lämnades dit. De skickas inte igen av sig själva.

{mails}

`GET /api/v1/mails/{{mail_id}}` säger vad det är för ett brev.
"""
    + _DECIDE
)
