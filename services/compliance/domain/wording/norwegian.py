"""What the pages of an unsubscribe link say in Norwegian."""

from collections.abc import Mapping

from services.compliance.domain.wording.page import Moment, Words

WORDS: Mapping[Moment, Words] = {
    "ask_organisation": Words(
        "Vil du slutte å få utsendinger?",
        ("Trykk på knappen, så får du ikke lenger informasjon og opprop fra {organisation}.",),
        "Ja, stopp",
    ),
    "ask_unit": Words(
        "Vil du slutte å få utsendinger fra denne enheten?",
        (
            (
                "Trykk på knappen, så får du ikke lenger informasjon og opprop fra den enheten i "
                "{organisation} som sto i e-posten."
            ),
        ),
        "Ja, stopp",
    ),
    "stopped_organisation": Words(
        "Ferdig, du får ikke flere utsendinger",
        (
            (
                "Informasjon og opprop fra {organisation} til adressen din er stoppet, også det som "
                "allerede var forberedt."
            ),
            "Har du et verv, får du fortsatt det du trenger å vite for vervet.",
        ),
        "Jeg vil ha utsendingene likevel",
    ),
    "stopped_unit": Words(
        "Ferdig, du får ikke flere utsendinger fra den enheten",
        (
            (
                "Informasjon og opprop fra enheten til adressen din er stoppet, også det som allerede var "
                "forberedt."
            ),
            "Andre utsendinger fra {organisation} kommer som før.",
        ),
        "Jeg vil ha utsendingene likevel",
    ),
    "back": Words("Du får utsendingene igjen", ("Alt er som før. Du kan ombestemme deg.",), "Stopp"),
    "kept": Words(
        "Utsendingene er fortsatt stoppet",
        ("De er stoppet på en annen måte enn med denne lenken. Svar på e-posten, så hjelper vi deg.",),
    ),
    "duty": Words(
        "Dette hører til vervet ditt",
        (
            (
                "E-posten inneholder det som den som har vervet, trenger å vite. Derfor kommer den så "
                "lenge du har vervet."
            ),
            "Har du gått av? Si fra, så blir registeret rettet.",
        ),
        "Jeg har ikke lenger vervet",
    ),
    "disputed": Words(
        "Takk, vi har notert det",
        ("De som tar seg av medlemsregisteret, får vite at du ikke lenger har vervet.",),
    ),
    "unknown": Words(
        "Lenken kan ikke leses",
        ("Den kan ha blitt klippet av underveis. Svar på e-posten, så hjelper vi deg.",),
    ),
}
