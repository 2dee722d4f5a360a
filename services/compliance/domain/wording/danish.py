"""What the pages of an unsubscribe link say in Danish."""

from collections.abc import Mapping

from services.compliance.domain.wording.page import Moment, Words

WORDS: Mapping[Moment, Words] = {
    "ask_organisation": Words(
        "Vil du ikke længere have mails?",
        ("Tryk på knappen, så får du ikke længere information og opfordringer fra {organisation}.",),
        "Ja, stop",
    ),
    "ask_unit": Words(
        "Vil du ikke længere have mails fra denne enhed?",
        (
            (
                "Tryk på knappen, så får du ikke længere information og opfordringer fra den enhed i "
                "{organisation}, som stod i mailen."
            ),
        ),
        "Ja, stop",
    ),
    "stopped_organisation": Words(
        "Klaret, du får ikke flere mails",
        (
            (
                "Information og opfordringer fra {organisation} til din adresse er stoppet, også det der "
                "allerede var forberedt."
            ),
            "Har du et hverv, får du stadig det, du skal vide for at varetage det.",
        ),
        "Jeg vil alligevel have mails",
    ),
    "stopped_unit": Words(
        "Klaret, du får ikke flere mails fra den enhed",
        (
            (
                "Information og opfordringer fra enheden til din adresse er stoppet, også det der allerede "
                "var forberedt."
            ),
            "Andre mails fra {organisation} kommer som før.",
        ),
        "Jeg vil alligevel have mails",
    ),
    "back": Words("Du får mails igen", ("Alt er som før. Du kan altid ombestemme dig.",), "Stop"),
    "kept": Words(
        "Mails er stadig stoppet",
        ("De er stoppet på en anden måde end med dette link. Svar på mailen, så hjælper vi dig.",),
    ),
    "duty": Words(
        "Dette hører til dit hverv",
        (
            (
                "Mailen indeholder det, som den, der har hvervet, skal vide. Derfor kommer den, så længe "
                "du har hvervet."
            ),
            "Er du trådt tilbage? Sig til, så bliver registret rettet.",
        ),
        "Jeg har ikke længere hvervet",
    ),
    "disputed": Words(
        "Tak, vi har noteret det",
        ("De, der passer medlemsregistret, får besked om, at du ikke længere har hvervet.",),
    ),
    "unknown": Words(
        "Linket kan ikke læses",
        ("Det kan være blevet klippet af undervejs. Svar på mailen, så hjælper vi dig.",),
    ),
}
