"""What an audience may name that the scheduler has not heard of, in words."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "assignment_types": "Ingen har uppdraget ”{name}”.",
    "regions": "Ingen enhet finns i regionen ”{name}”.",
    "units": "Enheten ”{name}” finns inte i registret.",
    "kinds": "Ingen enhet är av typen ”{name}”.",
    "agreements": "Ingen har avtalet ”{name}”.",
    "occupational_groups": "Ingen tillhör yrkesgruppen ”{name}”.",
    "recipients_of": "Beställningen ”{name}” är inte känd.",
    "undecided": "Mottagarna av beställningen ”{name}” är inte bestämda än, så ingen har fått den.",
}
"""By field of the audience; ``undecided``: an order of ``recipients_of`` that is known and has not left."""

FIELDS: Mapping[str, str] = {"undecided": "recipients_of"}
"""The field of the audience, where it is not called as what it names."""

NO_REGISTER = "Medlemsregistret har inte kommit hit än, så ingen kan nås och inget namn kan prövas."


NOT_COME = "Medlemsregistret har inte kommit hit än, så beställningens mottagare är inte prövade."


def sentence(what: str, name: str) -> str:
    """Return what a desk worker or orderer reads of a name that nobody has heard of."""
    return SENTENCES[what].format(name=name)
