"""What the pages of an unsubscribe link say in Swedish."""

from collections.abc import Mapping

from services.compliance.domain.wording.page import Moment, Words

WORDS: Mapping[Moment, Words] = {
    "ask_organisation": Words(
        "Vill du sluta få utskick?",
        ("Tryck på knappen så får du inte längre information och upprop från {organisation}.",),
        "Ja, sluta skicka",
    ),
    "ask_unit": Words(
        "Vill du sluta få utskick från den här enheten?",
        (
            (
                "Tryck på knappen så får du inte längre information och upprop från just den enhet inom "
                "{organisation} som stod i mejlet."
            ),
        ),
        "Ja, sluta skicka",
    ),
    "stopped_organisation": Words(
        "Klart, du får inga fler utskick",
        (
            (
                "Information och upprop från {organisation} är stoppade till din adress, även sådant som "
                "redan var förberett."
            ),
            "Har du ett uppdrag får du fortfarande det som du behöver veta för uppdraget.",
        ),
        "Jag vill ha utskicken ändå",
    ),
    "stopped_unit": Words(
        "Klart, du får inga fler utskick från den enheten",
        (
            (
                "Information och upprop från enheten är stoppade till din adress, även sådant som redan "
                "var förberett."
            ),
            "Andra utskick från {organisation} kommer som förut.",
        ),
        "Jag vill ha utskicken ändå",
    ),
    "back": Words(
        "Du får utskicken igen", ("Allt är som förut. Du kan ändra dig när du vill.",), "Sluta skicka"
    ),
    "kept": Words(
        "Utskicken är fortfarande stoppade",
        ("De är stoppade på ett annat sätt än genom den här länken. Svara på mejlet så hjälper vi dig.",),
    ),
    "duty": Words(
        "Det här hör till ditt uppdrag",
        (
            (
                "Mejlet innehåller sådant som den som har uppdraget behöver veta. Därför kommer det så "
                "länge du har uppdraget."
            ),
            "Har du lämnat det? Säg till, så rättas registret.",
        ),
        "Jag har inte längre uppdraget",
    ),
    "disputed": Words(
        "Tack, vi har noterat det",
        ("De som sköter medlemsregistret får veta att du inte längre har uppdraget.",),
    ),
    "unknown": Words(
        "Länken går inte att läsa",
        ("Den kan ha blivit avklippt på vägen. Svara på mejlet så hjälper vi dig.",),
    ),
}
