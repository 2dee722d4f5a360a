"""Why somebody entitled to an order did not get it. One reason for each order and person, the strongest."""

from enum import StrEnum


class Reason(StrEnum):
    """Strongest first: the first that applies is the one that is told."""

    ERASED = "erased"
    ASSIGNMENT_NOT_VALID = "assignment_not_valid"
    NO_LONGER_NAMED = "no_longer_named"
    EXCLUDED_BY_ORDER = "excluded_by_order"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    MISSING_ADDRESS = "missing_address"
    INVALID_ADDRESS = "invalid_address"
    DEAD_ADDRESS = "dead_address"
    OPTED_OUT = "opted_out"
    OPTED_OUT_UNIT = "opted_out_unit"
    CONTACT_PRESSURE = "contact_pressure"


TAKEN_BACK = (Reason.WITHDRAWN, Reason.STOPPED)
"""Why what contact pressure moved is taken back from the edition that carries it."""

EXPLANATIONS: dict[Reason, str] = {
    Reason.ERASED: "Personens uppgifter är raderade.",
    Reason.ASSIGNMENT_NOT_VALID: "Uppdraget gäller inte på utskicksdagen.",
    Reason.NO_LONGER_NAMED: "Personen omfattas inte längre av beställningen, som flyttades en vecka.",
    Reason.EXCLUDED_BY_ORDER: "Beställningen undantar personen.",
    Reason.WITHDRAWN: "Beställningen drogs tillbaka efter att mottagarna bestämts.",
    Reason.STOPPED: "Utskicket stoppades innan beställningen nådde personen; den går inte senare heller.",
    Reason.MISSING_ADDRESS: "Personen har ingen e-postadress i medlemsregistret.",
    Reason.INVALID_ADDRESS: "E-postadressen i medlemsregistret går inte att skicka till.",
    Reason.DEAD_ADDRESS: "Adressen är stoppad: brevlådan finns inte eller ägaren har klagat.",
    Reason.OPTED_OUT: "Personen har avböjt information och vädjanden från organisationen.",
    Reason.OPTED_OUT_UNIT: "Personen har avböjt utskick från den beställande enheten.",
    Reason.CONTACT_PRESSURE: (
        "Personen får redan så många avsnitt som organisationen tillåter; detta flyttas en vecka."
    ),
}
"""What a desk worker reads."""
