"""How bad a refusal is: only a clear "no such user" or "no such domain" is hard."""

import pytest

from services.sender.domain.mailbox.severity import judge
from services.sender.domain.mailbox.verdict import Severity

SAID = [
    ("hard", "550 5.1.1 User unknown"),
    ("hard", "550 5.1.1 <a@example.se>: Recipient address rejected: User unknown in relay recipient table"),
    ("hard", "550 No such user here"),
    ("hard", "550 5.1.2 Bad destination host"),
    ("hard", "554 5.4.4 Domain name not found"),
    ("hard", "550 5.0.0 Okänd mottagare"),
    ("hard", "550 5.2.1 This mailbox does not exist"),
    ("hard", "556 5.1.10 Recipient address has null MX"),
    ("soft", "450 4.1.1 User unknown"),
    ("soft", "550 4.1.1 User unknown"),
    ("soft", "552 5.2.2 Over quota"),
    ("soft", "552 Mailbox is full"),
    ("soft", "550 mailbox unavailable"),
    ("soft", "550 5.2.1 Account is temporarily disabled"),
    ("soft", "550"),
    ("soft", ""),
    ("soft", "451 4.7.1 Greylisted, please try again in 300 seconds"),
    ("soft", "421 4.7.0 Our system has detected an unusual rate of mail from your IP address"),
    ("soft", "550 5.1.1 User unknown, please try again later"),
    ("blocked", "550 5.7.1 Relaying denied"),
    ("blocked", "554 Blocked using dnsbl.example.net"),
    ("blocked", "550 5.1.1 Sender rejected: SPF"),
    ("blocked", "550 5.1.7 Sender address unknown"),
    ("blocked", "550 5.7.1 User unknown"),
    ("blocked", "550 5.7.509 Access denied, sending domain does not pass DMARC verification"),
    ("blocked", "554 5.7.1 Your server has a poor reputation"),
    ("content", "552 5.3.4 Message too big for system"),
    ("content", "550 5.7.1 This message looks like spam"),
    ("content", "554 5.6.1 Body type not supported"),
    ("blocked", "550 Administrative prohibition - envelope blocked"),
    (
        "content",
        "552-5.7.0 This message was blocked because its content presents a potential security issue.",
    ),
    ("content", "550 Virus detected in the message"),
    ("soft", "550 5.1.1 Postboksen er full"),
    ("soft", "550 5.1.1 Postilaatikko on täynnä"),
    ("soft", "550 5.1.1 Prøv igjen senere"),
    ("soft", "550 5.1.1 Bitte versuchen Sie es später erneut"),
    ("soft", "550 5.1.1 Yritä myöhemmin uudelleen"),
    ("soft", "550 5.1.1 mailbox closed for the holidays"),
    ("soft", "550 5.1.1 server under maintenance, recipients unknown for now"),
    ("soft", "550 5.1.1 Too many"),
    ("blocked", "550 5.1.1 Din server er sortlistet"),
    ("blocked", "550 5.1.1 Ihre IP-Adresse ist gesperrt"),
    ("blocked", "550 5.1.1 Sorry, we do not accept mail from your country"),
    ("blocked", "550 5.1.1 only members may write to this list"),
    ("blocked", "550 5.1.1 rate of mails for this user exceeded"),
    ("hard", "550 5.1.1 Tuntematon käyttäjä"),
    ("hard", "550 Benutzer existiert nicht"),
]
NOT_THE_RECIPIENT = [
    ("blocked", "Du finns inte i listan över tillåtna avsändare"),
    ("blocked", "Du finnes ikke på listen over godkjente avsendere"),
    ("blocked", "Din adresse findes ikke på listen over tilladte afsendere"),
    ("blocked", "Adressen finns inte i listan över tillåtna"),
    ("blocked", "Avsenderen ble ikke funnet"),
    ("blocked", "Afsenderen findes ikke"),
    ("blocked", "Avsändarens server hittades inte i DNS"),
    ("blocked", "avsändare: bo@example.se finns inte"),
    ("blocked", "Kontot för avsändaren existerar inte"),
    ("blocked", "Die Absenderadresse wurde nicht gefunden"),
    ("blocked", "Absender existiert nicht"),
    ("blocked", "Lähettäjää ei löydy"),
    ("blocked", "Domänen som du skickar från finns inte"),
    ("blocked", "Domänen i MAIL FROM finns inte"),
    ("blocked", "Din domän hittades inte"),
    ("blocked", "Ihre Domain wurde nicht gefunden"),
    ("blocked", "Ditt konto finns inte"),
    ("blocked", "Sender address does not exist"),
    ("blocked", "Envelope sender: no such user"),
    ("blocked", "sending domain not found"),
    ("blocked", "your server could not be found in DNS"),
    ("blocked", "Your e-mail address was not found in our allow list"),
    ("blocked", "Return address unknown"),
    ("blocked", "Originator address not found"),
    ("blocked", "Mailbox of the sender does not exist"),
    ("blocked", "The address you are sending from does not exist"),
    ("blocked", "The account sending this message does not exist"),
    ("blocked", "Domain of the From address does not exist"),
    ("blocked", "Unknown user in From header"),
    ("blocked", "Host name not found for [192.0.2.1]"),
    ("blocked", "Client domain does not exist"),
    ("blocked", "submitting host does not exist"),
    ("blocked", "Reply-to address not found"),
    ("blocked", "Your user account was not found"),
    ("blocked", "Från-domänen hittades inte"),
    ("blocked", "Returadressen finns inte"),
    ("blocked", "Fra-adressen findes ikke"),
    ("soft", "Brevlådan finns inte tillgänglig för tillfället"),
    ("soft", "Mottagaren hittades inte just nu"),
    ("soft", "Postkassen er ikke tilgængelig i øjeblikket"),
    ("soft", "Mottakeren er for øyeblikket ikke tilgjengelig"),
    ("soft", "Empfänger zur Zeit nicht erreichbar"),
    ("soft", "Vastaanottaja ei ole käytettävissä tällä hetkellä"),
    ("soft", "User not found for the moment"),
]
OF_OTHER_THINGS = [
    "550 IP-adressen hittades inte",
    "550 Reglen findes ikke",
    "550 Siden ble ikke funnet",
    "550 Kunde inte hitta servern",
    "550 Eintrag nicht gefunden",
]
NO_SUCH_RECIPIENT = [
    "<asa@example.se>: Användaren existerar inte",
    "Adressen asa@example.se finns inte",
    "E-postadressen du angav hittades inte",
    "Mottagarens e-postadress finns inte",
    "Brevlådan finns inte längre",
    "Kunde inte hitta mottagaren",
    "Det gick inte att hitta e-postadressen",
    "Ingen sådan användare",
    "asa hittades inte på example.se",
    "Modtageren findes ikke",
    "Adressen blev ikke fundet",
    "Ukendt modtager",
    "lars blev ikke fundet på kommune.example.net",
    "Mottakeren finnes ikke",
    "Brukeren ble ikke funnet",
    "Ukjent mottaker",
    "finner ikke e-postadressen",
    "Der Empfänger jens@example.net wurde nicht gefunden",
    "Unbekannter Empfänger",
    "Empfaenger unbekannt",
    "Käyttäjää ei löydy",
    "Tuntematon vastaanottaja",
]


@pytest.mark.parametrize(("severity", "text"), SAID)
def test_a_reply_is_judged_by_codes_and_words(severity: str, text: str) -> None:
    assert judge(text).severity == severity


@pytest.mark.parametrize("code", ["550", "550 5.1.1"])
@pytest.mark.parametrize(("severity", "text"), NOT_THE_RECIPIENT)
def test_what_is_said_of_us_or_of_the_moment_is_not_hard_whatever_the_code(
    severity: str, text: str, code: str
) -> None:
    assert judge(f"{code} {text}").severity == severity


@pytest.mark.parametrize("text", OF_OTHER_THINGS)
def test_not_found_without_a_recipient_says_nothing(text: str) -> None:
    assert not judge(text).clear


@pytest.mark.parametrize("text", NO_SUCH_RECIPIENT)
def test_not_found_beside_a_recipient_is_hard_in_each_language(text: str) -> None:
    assert judge(f"550 {text}").severity is Severity.HARD


def test_a_status_of_4_beside_a_reply_of_5_is_not_for_good() -> None:
    assert judge("550 5.1.1 User unknown", "4.1.1").severity is Severity.SOFT


def test_a_status_of_the_address_yields_to_words_that_blame_us() -> None:
    assert judge("550 blocked, see https://rbl.example.net", "5.1.1").severity is Severity.BLOCKED


@pytest.mark.parametrize("text", ["see 192.0.2.5", "on 2.11.2026", "for 550 kr", "at 12:55", "10.5.1.1"])
def test_other_numbers_are_no_codes(text: str) -> None:
    assert judge(text).code is None


@pytest.mark.parametrize(
    "text",
    [
        "550 5.1.2 DNS lookup timed out for example.se",
        "550 5.1.1 <a@example.se>: unverified address: Address verification in progress",
        "550 5.1.1 User unknown; directory server not available",
        "550 5.1.1 mailbox unavailable",
    ],
)
def test_doubt_takes_the_certainty_of_a_code(text: str) -> None:
    assert judge(text).severity is Severity.SOFT


@pytest.mark.parametrize(
    "text",
    [
        "550 5.1.1 No such user. Please verify the address and try again.",
        "550 5.1.1 Please check the recipient's address",
        "550 5.1.1 User unknown, please verify the recipient",
        "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking it",
    ],
)
def test_advice_is_no_doubt(text: str) -> None:
    assert judge(text).severity is Severity.HARD
