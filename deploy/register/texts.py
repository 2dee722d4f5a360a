"""Texts for invented orders: every one different, none longer than real ones are."""

from deploy.register.chance import Chance

TOPICS = (
    "Kurs i mötesteknik", "Träff för nya kassörer", "Vårens studiecirklar", "Inbjudan till regionstämma",
    "Insamling till sommarkollo", "Nytt material för skolbesök", "Utbildning i sociala medier",
    "Ledarskap för ordförande", "Inventering av kretslokaler", "Samtalskvällar för frivilliga",
    "Föreläsning om ensamhet", "Uppdatering av kontaktuppgifter", "Läxhjälp på biblioteket",
    "Försäkringar för frivilliga", "Julmarknaden utvärderas", "Nätverk för valberedningar",
    "Riktlinjer för personuppgifter", "Kampanj för fler besökare", "Övning i krisledning",
    "Stipendier för unga ledare", "Byte av medlemssystem", "Återbruk och loppisar",
    "Webbsändning om årets tema", "Tack till alla frivilliga", "Remiss om stadgeändring",
)  # fmt: skip

OPENINGS = (
    "Nu är det dags: {topic}. Vi vet att många har frågat {unit}, och nu finns alla uppgifter på plats.",
    "Det här gäller {topic}. Läs igenom brevet redan nu, eftersom en del behöver göras i god tid.",
    "Många har hört av sig till {unit} om {topic}. Här samlar vi det ni behöver veta.",
    "Under våren arbetar {unit} särskilt med {topic}, och vi vill gärna ha med er krets.",
)

BODIES = (
    (
        "Bakgrunden är enkel. Under hösten frågade vi kretsarna vad de saknar mest, och svaret blev "
        "entydigt: tid att mötas och lära av varandra. Därför har vi gjort upplägget så kort som möjligt "
        "och lagt det på en vardagskväll."
    ),
    (
        "Vi räknar med att det tar ungefär två timmar att gå igenom allt tillsammans i styrelsen. Dela "
        "gärna upp arbetet, så att var och en läser en del och berättar för de andra."
    ),
    (
        "Kostnaderna betalas centralt. Resor ersätts mot kvitto enligt samma regler som tidigare, och den "
        "som behöver kan få ersättning i förskott."
    ),
    (
        "Förra året deltog drygt hälften av kretsarna. De flesta skriver i utvärderingen att det viktigaste "
        "var att träffa andra i samma uppdrag, och att de gärna hade haft mer tid för frågor."
    ),
    (
        "Tänk på att den som är ny i uppdraget inte alltid vågar fråga. Ta därför kontakt själv, ring "
        "hellre än att skriva, och gå tillsammans första gången."
    ),
    (
        "Materialet finns i tryckt form och går att beställa utan kostnad. Leveransen tar omkring en vecka, "
        "så vänta inte till sista dagen."
    ),
    (
        "Personuppgifter som ni samlar in används bara för det här ändamålet och tas bort när det är "
        "avslutat. Skriv inga känsliga uppgifter i anmälan."
    ),
    (
        "Lokalen är tillgänglig för rullstol och har hörslinga. Säg till i förväg om någon behöver tolk "
        "eller annat stöd, så ordnar vi det."
    ),
)

STEPS = (
    "Ta upp frågan på nästa styrelsemöte och utse en ansvarig.",
    "Läs underlaget och skriv ned vad som är oklart.",
    "Fyll i formuläret, som tar fem minuter.",
    "Berätta för medlemmarna på kretsens sida.",
    "Meddela oss om något ändras, gärna i god tid.",
    "Spara den här informationen tillsammans med protokollen.",
)

HEADINGS = (
    "Bakgrund",
    "Så går det till",
    "Praktiskt",
    "Att tänka på",
    "Vad har hänt sedan sist?",
    "Underlag",
)

FAQ = """\
**Måste alla kretsar delta?** Nej, men vi vill gärna veta om ni avstår.

**Vad kostar det?** Ingenting för deltagarna.

**Vem svarar på frågor?** Infodesken, som har fått samma underlag.
"""


def write_text(chance: Chance, topic: str, unit: str, number: int) -> str:
    """Return an order's Markdown: an opening, some sections, a list of steps, a link."""
    parts = [chance.pick(OPENINGS).format(unit=unit, topic=_lower(topic))]
    bodies = list(BODIES)
    headings = list(HEADINGS)
    for _ in range(3 + chance.below(2)):
        parts += [f"## {_take(chance, headings)}", _take(chance, bodies), _take(chance, bodies)]
    steps = list(STEPS)
    taken = [_take(chance, steps) for _ in range(3 + chance.below(3))]
    day = 1 + chance.below(28)
    parts += [
        "## Gör så här",
        "\n".join(f"{place}. {step}" for place, step in enumerate(taken, 1)),
        (
            f"Svara **senast den {day} mars** på [sidan om saken](https://example.org/utskick/{number}). "
            f"Ange ärendenummer {number:03d}, så hittar vi er snabbt."
        ),
        f"Hälsningar från {unit}",
    ]
    return "\n\n".join(parts)


def _take(chance: Chance, choices: list[str]) -> str:
    return choices.pop(chance.below(len(choices)))


def _lower(topic: str) -> str:
    return topic[0].lower() + topic[1:]
