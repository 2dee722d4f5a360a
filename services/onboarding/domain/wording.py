"""What newcomers and member contacts read. Swedish first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.contracts.message import Language


@dataclass(frozen=True)
class Wording:
    """One language's sentences."""

    months: tuple[str, ...]
    day: str
    greeting: str
    greeting_nobody: str
    subject: str
    thanks: str
    call_promise: str
    your_contact: str
    no_contact: str
    trainings: str
    action: str
    regards: str
    contact_subject: str
    new_person: str
    name: str
    address: str
    phone: str
    language: str
    not_given: str
    wishes: str
    to_do: str
    confidence: str
    languages: Mapping[Language, str]


def written(day: date, words: Wording) -> str:
    """Return a day as the language writes it."""
    return words.day.format(day=day.day, month=words.months[day.month - 1], year=day.year)


SWEDISH = Wording(
    months=(
        "januari", "februari", "mars", "april", "maj", "juni",
        "juli", "augusti", "september", "oktober", "november", "december",
    ),
    day="{day} {month} {year}",
    greeting="Hej {name}!",
    greeting_nobody="Hej!",
    subject="Välkommen till {place}!",
    thanks="Tack för att du vill engagera dig hos oss i {place}. Roligt att du hörde av dig!",
    call_promise="Senast den {day} ringer vi dig. Då berättar vi om olika sätt att vara med, och du kan "
    "fråga om allt du undrar över.",
    your_contact="Din kontakt hos oss är {contact}. Hör gärna av dig redan nu.",
    no_contact="Vill du något redan nu är det bara att svara på det här mejlet.",
    trainings="Kommande utbildningar för dig som är ny",
    action="Något du kan vara med i just nu",
    regards="Vänliga hälsningar",
    contact_subject="Ny person vill engagera sig i {place}",
    new_person="En ny person vill engagera sig i {place} och anmälde sig den {day}.",
    name="Namn",
    address="E-post",
    phone="Telefon",
    language="Språk",
    not_given="saknas",
    wishes="Så här skriver personen själv:",
    to_do="Ring senast den {call} och berätta om sätten att vara med, helst i en grupp som finns. "
    "Uppföljningssamtalet är mellan den {follow_up_from} och den {follow_up}.",
    confidence="Uppgifterna är bara till för dig som är medlemsansvarig. Skicka dem inte vidare, och radera "
    "mejlet när du är klar.",
    languages={"sv": "svenska", "en": "engelska", "da": "danska", "no": "norska"},
)  # fmt: skip

ENGLISH = Wording(
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    day="{day} {month} {year}",
    greeting="Hello {name},",
    greeting_nobody="Hello,",
    subject="Welcome to {place}!",
    thanks="Thank you for wanting to take part with us in {place}. It is good to hear from you!",
    call_promise="We will call you by {day} to tell you about the ways to take part, and you can ask about "
    "anything you wonder.",
    your_contact="Your contact with us is {contact}. You are welcome to get in touch now.",
    no_contact="If there is anything before then, just reply to this mail.",
    trainings="Coming trainings for new members",
    action="Something you can join right now",
    regards="Kind regards",
    contact_subject="A new person wants to take part in {place}",
    new_person="A new person wants to take part in {place} and registered on {day}.",
    name="Name",
    address="E-mail",
    phone="Phone",
    language="Language",
    not_given="not given",
    wishes="In the person's own words:",
    to_do="Call by {call} and tell of the ways to take part, preferably in an existing group. "
    "The follow-up call is between {follow_up_from} and {follow_up}.",
    confidence="These details are for you as member contact only. Do not pass them on, and delete this mail "
    "when you are done.",
    languages={"sv": "Swedish", "en": "English", "da": "Danish", "no": "Norwegian"},
)  # fmt: skip

DANISH = Wording(
    months=(
        "januar", "februar", "marts", "april", "maj", "juni",
        "juli", "august", "september", "oktober", "november", "december",
    ),
    day="{day}. {month} {year}",
    greeting="Hej {name}!",
    greeting_nobody="Hej!",
    subject="Velkommen til {place}!",
    thanks="Tak, fordi du vil engagere dig hos os i {place}. Dejligt at høre fra dig!",
    call_promise="Senest den {day} ringer vi til dig. Så fortæller vi om de forskellige måder at være med "
    "på, og du kan spørge om alt, hvad du tænker på.",
    your_contact="Din kontakt hos os er {contact}. Du er velkommen til at skrive allerede nu.",
    no_contact="Er der noget allerede nu, kan du bare svare på denne mail.",
    trainings="Kommende kurser for dig, der er ny",
    action="Noget, du kan være med i lige nu",
    regards="Venlig hilsen",
    contact_subject="En ny person vil engagere sig i {place}",
    new_person="En ny person vil engagere sig i {place} og meldte sig den {day}.",
    name="Navn",
    address="E-mail",
    phone="Telefon",
    language="Sprog",
    not_given="mangler",
    wishes="Personen skriver selv:",
    to_do="Ring senest den {call} og fortæl om måderne at være med på, helst i en gruppe, der findes. "
    "Opfølgningssamtalen er mellem den {follow_up_from} og den {follow_up}.",
    confidence="Oplysningerne er kun til dig som medlemsansvarlig. Send dem ikke videre, og slet mailen, når "
    "du er færdig.",
    languages={"sv": "svensk", "en": "engelsk", "da": "dansk", "no": "norsk"},
)  # fmt: skip

NORWEGIAN = Wording(
    months=(
        "januar", "februar", "mars", "april", "mai", "juni",
        "juli", "august", "september", "oktober", "november", "desember",
    ),
    day="{day}. {month} {year}",
    greeting="Hei {name}!",
    greeting_nobody="Hei!",
    subject="Velkommen til {place}!",
    thanks="Takk for at du vil engasjere deg hos oss i {place}. Så hyggelig å høre fra deg!",
    call_promise="Senest {day} ringer vi deg. Da forteller vi om ulike måter å være med på, og du kan "
    "spørre om alt du lurer på.",
    your_contact="Din kontakt hos oss er {contact}. Ta gjerne kontakt allerede nå.",
    no_contact="Er det noe allerede nå, er det bare å svare på denne e-posten.",
    trainings="Kommende kurs for deg som er ny",
    action="Noe du kan være med på akkurat nå",
    regards="Vennlig hilsen",
    contact_subject="En ny person vil engasjere seg i {place}",
    new_person="En ny person vil engasjere seg i {place} og meldte seg {day}.",
    name="Navn",
    address="E-post",
    phone="Telefon",
    language="Språk",
    not_given="mangler",
    wishes="Personen skriver selv:",
    to_do="Ring senest {call} og fortell om måtene å være med på, helst i en gruppe som finnes. "
    "Oppfølgingssamtalen er mellom {follow_up_from} og {follow_up}.",
    confidence="Opplysningene er bare for deg som er medlemsansvarlig. Ikke send dem videre, og slett "
    "e-posten når du er ferdig.",
    languages={"sv": "svensk", "en": "engelsk", "da": "dansk", "no": "norsk"},
)  # fmt: skip

WORDINGS: Mapping[Language, Wording] = {"sv": SWEDISH, "en": ENGLISH, "da": DANISH, "no": NORWEGIAN}
