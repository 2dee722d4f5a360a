"""An answer to a mail of ours, as the desk gets it: with the orders that were in the mail (A1)."""

import re
from collections.abc import Sequence

from services.sender.domain.edition import Letter, Section
from services.sender.domain.mailbox.correspondence import Correspondence
from services.sender.domain.mailbox.effects import Proof

MOST_SHOWN = 4_000
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|!~()+.@:-])")


def letter_to_desk(
    said: Correspondence, sections: Sequence[Section], proof: Proof, *, attached: str
) -> Letter:
    """Return the mail to the desk. ``attached``: the number of the message that goes along, if it does."""
    writer = said.name or said.writer
    parts = [
        f"**{_plain(writer)}** ({_plain(said.writer)}) har svarat på ett mejl från oss.",
        *([_UNSURE] if proof is Proof.CLAIMED else []),
        _quoted(said.words),
        *([f"I mejlet fanns:\n\n{_listed(sections)}"] if sections else ["Mejlet var inget onsdagsutskick."]),
        _ATTACHED if attached else _NOT_ATTACHED,
    ]
    return Letter(
        name="",
        subject=f"Svar från {writer}: {said.subject}"[:250],
        markdown="\n\n".join(parts) + "\n",
        answer_to=said.writer,
        orders=[str(section.order_id) for section in sections],
        attached=attached,
    )


_UNSURE = "Svaret kommer inte från adressen som vi skrev till."
_ATTACHED = "Hela svaret är bifogat. Svara på det här mejlet, så når du avsändaren."
_NOT_ATTACHED = (
    "Hela svaret ligger i den gemensamma brevlådan. Svara på det här mejlet, så når du avsändaren."
)


def _listed(sections: Sequence[Section]) -> str:
    return "\n".join(
        f"- {_plain(section.text('sv').subject)}, {_plain(section.unit_name)} "
        f"(beställning {_plain(str(section.order_id))})"
        for section in sections
    )


def _quoted(words: str) -> str:
    shown = words[:MOST_SHOWN] + (" …" if len(words) > MOST_SHOWN else "")
    return "\n".join(f"> {_plain(line)}\\" if line.strip() else ">" for line in (shown or "…").split("\n"))


def _plain(text: str) -> str:
    """Return words whose characters mean nothing to Markdown."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
