"""What people write is read by people, whatever words it has; what machines write is not answered."""

import pytest

from services.sender.domain.mailbox.classify import classify_bytes
from services.sender.domain.mailbox.verdict import Kind

ANSWER = "In-Reply-To: <0190@onsdag.example.org>\n"
EVA = "Eva Dal <eva.dal@example.se>"
ADMINISTRATOR = "Systemadministratör Åsa <asa@kommun.example.se>"
POSTMASTER = "Postmaster <postmaster@krets.example.se>"


def kind(subject: str, text: str, head: str = "", *, writer: str = EVA) -> Kind:
    message = f"From: {writer}\nTo: info@onsdag.example.org\nSubject: {subject}\n{head}"
    return classify_bytes(f"{message}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()).kind


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
