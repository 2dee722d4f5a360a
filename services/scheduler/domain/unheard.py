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
}


def sentence(what: str, name: str) -> str:
    """Return what a desk worker reads of a name that nobody has heard of."""
    return SENTENCES[what].format(name=name)
