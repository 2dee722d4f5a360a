"""What people write is read by people, whatever words it has; what machines write is not answered."""

import pytest

from services.sender.domain.mailbox.classify import classify_bytes
from services.sender.domain.mailbox.verdict import Kind, Verdict

ANSWER = "In-Reply-To: <0190@onsdag.example.org>\n"
EVA = "Eva Dal <eva.dal@example.se>"
ADMINISTRATOR = "Systemadministratör Åsa <asa@kommun.example.se>"
POSTMASTER = "Postmaster <postmaster@krets.example.se>"


def verdict(subject: str, text: str, head: str = "", *, writer: str = EVA) -> Verdict:
    message = f"From: {writer}\nTo: info@onsdag.example.org\nSubject: {subject}\n{head}"
    return classify_bytes(f"{message}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode())


def kind(subject: str, text: str, head: str = "", *, writer: str = EVA) -> Kind:
    return verdict(subject, text, head, writer=writer).kind


NO_BOUNCES = [
    ("Kan inte leverera FAQ i tid", "Vi är tillfälligt underbemannade. Kan vi få en dag till?", "", EVA),
    ("Returned mail from our chair", "Bo says his mailbox is full. Should we use another?", "", EVA),
    ("Fördröjd leverans av affischer", "Affischerna är försenade. Försök igen på måndag?", "", EVA),
    ("Mail system error at our branch", "Our policy says no Gmail. Can you help?", ANSWER, EVA),
    ("Meddelandet kunde inte öppnas", "Bilagan var spärrad hos oss. Kan ni skicka igen?", ANSWER, EVA),
    ("Undelivered parcel", "Mitt paket är inte levererat. 550 kr kostade det. Okänd mottagare?", "", EVA),
    ("Delivery failure - what to do?", "bo@example.se user unknown 550 5.1.1. Can you help?", "", EVA),
    ("Sv: Onsdagsutskick", "Vår policy är inga bilagor. Kan ni skicka länk?", ANSWER, ADMINISTRATOR),
    ("Sv: Onsdagsutskick", "Er avsändare är blockerad hos oss, vad är er SPF?", ANSWER, POSTMASTER),
    ("Fråga om er SPF", "Era mejl till asa@example.se fastnar, 550 5.7.1. Kan ni se?", "", POSTMASTER),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "text", "head", "writer"), NO_BOUNCES)
def test_a_person_who_writes_of_failures_is_no_mail_system(
    subject: str, text: str, head: str, writer: str
) -> None:
    assert kind(subject, text, head, writer=writer) is Kind.QUESTION


BOUNCES = [
    ("Return-Path: <>\n", "Postmaster <postmaster@example.se>"),
    ("Auto-Submitted: auto-replied\n", "Mail Delivery System <system@example.se>"),
    ("X-Failed-Recipients: asa@example.se\n", "noreply@example.se"),
    ("", "MAILER-DAEMON@mx.example.net"),
    ("", "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.se>"),
]


@pytest.mark.parametrize(("head", "writer"), BOUNCES)
def test_a_mail_system_shows_that_it_is_one(head: str, writer: str) -> None:
    assert kind("Utskicket", "<asa@example.se>: 550 5.1.1 User unknown", head, writer=writer) is Kind.BOUNCE


AUTOMATIC = [
    ("Semester", "Jag är på semester till den 8 augusti. Vid brådskande ärenden kontakta Bo."),
    ("Autosvar: Onsdagsutskick", "Tack för ditt mejl."),
    ("Poissaolo: Onsdagsutskick", "Olen lomalla 14.2. asti."),
    ("Ferie", "Jeg er på ferie indtil 1. august og har ikke adgang til min mail."),
    ("Fravær: Nyhedsbrev", "Jeg er ikke på kontoret."),
    ("Fravær: Nyhetsbrev", "Jeg er bortreist til mandag."),
    ("Fraværsassistent: Nyhetsbrev", "Jeg har ferie og svarer ikke før 1. august."),
    ("Automatisk svar: Nyhetsbrev", "Jeg er på ferie til 1. august."),
    ("Out of Office Re: Newsletter", "I am out of the office until 3 August."),
    ("Annual leave", "I am currently on annual leave until 3 August with no access to email."),
    ("Abwesenheitsnotiz: Newsletter", "Ich bin bis zum 3. August nicht im Büro."),
    ("Urlaub", "Ich bin im Urlaub und werde Ihre Mail nicht lesen."),
    ("Außer Haus: Newsletter", "Ich bin bis Montag nicht im Büro erreichbar."),
    ("Frånvaro - Onsdagsutskick", "Jag är ledig till måndag."),
    ("Re: Onsdagsutskick", "Detta är ett automatiskt svar. Kan du inte vänta, ring växeln?"),
    ("Tack för ditt mejl!", "Vi svarar inom tre dagar. Detta är ett automatiskt meddelande."),
    ("Jag har slutat", "Jag arbetar inte längre kvar. Kontakta växeln. Detta mejl läses inte."),
    ("Ärende #12345 har skapats", "Tack! Ditt ärende har registrerats."),
    ("Re: Onsdagsutskick", "Tack. Vi har registrerat ditt ärende och återkommer inom två arbetsdagar."),
    (
        "Re: Utskick [please confirm]",
        "I use a filter which requires you to verify your address. Click below.",
    ),
    ("Re: Utskick (Action Required)", "This is a courtesy notice from Boxbe. https://www.boxbe.com/"),
    ("Läst: Onsdagsutskick", "Ditt meddelande till bo@example.se lästes 2027-02-17"),
]


@pytest.mark.parametrize(("subject", "text"), AUTOMATIC)
def test_an_answering_machine_is_known_by_its_words(subject: str, text: str) -> None:
    assert kind(subject, text, ANSWER) is Kind.AUTO_REPLY


OF_PEOPLE = [
    ("Frånvarande ledamöter vid årsmötet", "Hur många får rösta per post?"),
    ("Frånvaro vid årsmötet", "Jag kan inte komma på årsmötet."),
    ("Frånvaro: årsmötet", "Styrelsen kommer, men inte jag."),
    ("Inte på plats på onsdag", "Vi flyttar utskicket till onsdagen efter."),
    ("På semester vecka 30, vem tar beställningar?", "Vem tar emot beställningar vecka 30?"),
    ("Semester och utskick", "Jag är på semester till måndag, skicka till Bo."),
    ("Sv: Semester: kansliet stänger", "Jag är ledig till måndag, tack."),
    ("Out of office supplies", "We are out of paper, who orders?"),
    ("Autosvar i vår brevlåda", "Vi har ställt in autosvar."),
    ("Ikke til stede på årsmødet", "Jeg stemmer per brev."),
    ("Auto: pooling till årsmötet", "Vi ordnar samåkning."),
    ("Ooo vad kul!", "Vi kommer gärna."),
    ("Verifying your email list", "We are verifying the email list of our branch."),
    ("Sv: Onsdagsutskick", "Vi fick: Detta är ett automatiskt svar vi inte förstår."),
    ("Sv: Onsdagsutskick", "Jag är på semester vecka 30, så jag kommer inte."),
    ("Sv: Onsdagsutskick", "Ärende 4711 är avslutat hos oss. Tack."),
    ("Automatiskt svar: Utskick", "Varför får jag era automatiska svar?"),
]


@pytest.mark.parametrize(("subject", "text"), OF_PEOPLE)
def test_a_person_who_writes_of_absence_is_no_answering_machine(subject: str, text: str) -> None:
    assert kind(subject, text, ANSWER) is Kind.QUESTION


def test_a_subject_of_absence_hides_no_order() -> None:
    lines = "Mottagare: ordförande i alla kretsar\nÄmne: Kurs\nFAQ: bifogas"
    assert kind("På semester från fredag, här är beställningen", lines) is Kind.ORDER
    assert kind("Autosvar: beställning", lines) is Kind.ORDER
    assert kind("Autosvar: beställning", lines, ANSWER) is Kind.ORDER


@pytest.mark.parametrize("subject", ["Beställning: Kurs", "Tack för ditt mejl", "Avregistrera"])
def test_what_has_no_return_path_is_automatic(subject: str) -> None:
    assert kind(subject, "Kan du inte vänta? Åter måndag.", "Return-Path: <>\n") is Kind.AUTO_REPLY


def test_a_machine_that_wants_no_automatic_answer_orders_nothing() -> None:
    head = "X-Auto-Response-Suppress: All\n"
    assert kind("Beställning: Kurs", "Mottagare: ordförande", head) is Kind.UNKNOWN
    assert kind("Sv: Onsdagsutskick", "Tack, vi kommer!", head + ANSWER) is Kind.QUESTION
    assert kind("Automatiskt svar: Utskick", "Brådskar det? Ring Bo.", head) is Kind.AUTO_REPLY


NO_ORDERS = [
    ("Beställning #4711 mottagen", "Tack för din beställning! Summa 399 kr."),
    ("Beställning bekräftad", "Tack för din beställning!"),
    ("Order #4711 shipped", "Your order is on its way."),
    ("Order confirmation", "Thank you for your order."),
    ("Bestilling bekræftet", "Tak for din bestilling"),
    ("Din bestilling er mottatt", "Takk for din bestilling"),
    ("Order 4711 delivered", "It was left at your door."),
]


@pytest.mark.parametrize(("subject", "text"), NO_ORDERS)
def test_what_a_shop_confirms_is_no_order_of_ours(subject: str, text: str) -> None:
    assert kind(subject, text) is Kind.UNKNOWN


ORDERS = [
    ("Beställning av utskick vecka 8", "Till alla ordförande i Norr."),
    ("Beställning", "Till alla ordförande i Norr."),
    ("Beställning: Kurs för bekräftade ledare", "Till alla ordförande i Norr."),
    ("Mailing request", "Please send to all chairs"),
    ("Bestilling af udsendelse", "Modtagere: alle formænd"),
    ("Bestilling av utsending", "Mottakere: alle ledere"),
]


@pytest.mark.parametrize(("subject", "text"), ORDERS)
def test_an_order_is_known_by_its_subject(subject: str, text: str) -> None:
    assert kind(subject, text) is Kind.ORDER


WISHES = [
    "Hej, ta bort mig från listan tack!",
    "Jag vill inte ha fler mejl från er.",
    "SLUTA SKICKA MEJL TILL MIG!!!!",
    "Avprenumerera",
    "Nej tack",
    "STOPP",
    "Please take me off your mailing list.",
    "Please unsubscribe me.",
    "Jag vill avsluta utskicken till mig",
    "Snälla, låt mig slippa dessa mejl.",
    "Avsluta min prenumeration.\n\nMed vänlig hälsning\nBo Ek\nOrdförande\nStorgatan 1\nTänk på miljön.",
    "Ta bort mig.\n\n17 feb. 2027 kl. 09:00 skrev Info <info@onsdag.example.org>:\n\nHej! Kursen börjar.",
    "Jeg vil gerne afmeldes nyhedsbrevet.",
    "Slet mig fra jeres liste",
    "Vennligst fjern meg fra listen",
    "Jeg ønsker ikke å motta flere e-poster. Meld meg av.",
    "Jeg ønsker ikke længere at modtage jeres mails.",
    "Kan dere melde meg av?",
    "Kan ni plocka bort mig från listan tack",
    "Inga fler mejl tack!",
    "Jag önskar inte längre få era mejl",
    "I no longer wish to receive these emails.",
    "Please stop sending me emails",
    "Please remove my address from your list",
    "> Kurs i krisstöd\n> Avregistrera dig här\n\nTa bort mig, tack.",
]
"""Texts that are nothing but the wish."""


@pytest.mark.parametrize("text", WISHES)
def test_a_wish_to_be_left_alone_is_one_when_it_is_all_there_is(text: str) -> None:
    found = verdict("Sv: Onsdagsutskick", text, ANSWER)
    assert (found.kind, found.nothing_else) == (Kind.UNSUBSCRIBE, True)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Sv: Onsdagsutskick", "Jag är inte längre medlem, ta bort min adress."),
        ("Sv: Onsdagsutskick", "Ta bort mig från listan. Bo sköter det nu."),
        ("Sv: Onsdagsutskick", "Tack!\n\nVill du slippa dessa mejl? Avregistrera mig här: https://a.example"),
        ("Sv: Onsdagsutskick", "Ta bort mig.\n\nMvh Bo\n\nPS. Bara från bössornas utskick."),
        ("Avregistrera", "Bo Ek, Umeå"),
    ],
)
def test_a_wish_beside_other_words_is_for_people(subject: str, text: str) -> None:
    found = verdict(subject, text, ANSWER)
    assert (found.kind, found.nothing_else) == (Kind.UNSUBSCRIBE, False)


def test_what_may_be_the_rest_of_a_quotation_is_no_wish() -> None:
    assert kind("Sv: Onsdagsutskick", "> Kursen börjar.\nAvregistrera mig", ANSWER) is Kind.UNKNOWN


NO_WISHES = [
    ("STOPP", "Stopp för utskicket till Norr i morgon! Datumet är fel."),
    ("Sv: Onsdagsutskick", "Kan ni sluta skicka till min gamla adress och använda ny@example.se i stället?"),
    ("Sv: Onsdagsutskick", "Jag vill INTE avprenumerera, tvärtom!"),
    ("Sv: Onsdagsutskick", "Please remove me from the treasurer role, but keep me as chair."),
    ("Sv: Onsdagsutskick", "Vi vill inte få fler utskick än ett i veckan per medlem, hur löser ni det?"),
    ("Sv: Onsdagsutskick", "Ni har tagit bort mig? Jag vill inte avprenumerera utan vara kvar!"),
    ("Sv: Onsdagsutskick", "Do not unsubscribe me, please."),
    ("Sv: Onsdagsutskick", "Don't ever stop sending me emails!"),
    ("Sv: Onsdagsutskick", "Jag har inga fler mejl att visa er."),
    ("Sv: Onsdagsutskick", "> Kursen börjar.\n> Avregistrera mig\n\nVi kommer gärna."),
    ("Sv: Nyhetsbrev", "Ikke meld meg av!"),
    ("Sv: Nyhetsbrev", "Fjern meg som kasserer, jeg er leder nå."),
    ("Avregistrera mig som kassör", "Hur kan jag avregistrera mig som kassör men vara kvar?"),
    ("Remove", "Remove the old FAQ please, there is a new one attached"),
    ("Stopp", "Stopp för utskicket till Norr i morgon! Datumet är fel."),
    ("Avbeställ", "Vi måste avbeställa utskicket den 24 februari, kursen är inställd."),
    ("Sv: Onsdagsutskick", "Jag har inte längre uppdraget som ordförande. Stryk mig från listan."),
    (
        "Sv: Onsdagsutskick",
        "Tack!\n\n17 feb. 2027 kl. 09:00 skrev Info <info@example.org>:\n\nAvregistrera mig",
    ),
]


@pytest.mark.parametrize(("subject", "text"), NO_WISHES)
def test_words_of_leaving_are_no_wish_to_leave(subject: str, text: str) -> None:
    assert kind(subject, text, ANSWER) is Kind.QUESTION
