"""Unsubscribe links (F1, RFC 8058)."""

import asyncio

import pytest

from shared.contracts.compliance import AssignmentDisputed
from shared.web.tokens import UnsubscribeTokens, Unsubscription
from tests.component.compliance.post import ADDED, DISPUTED, LIFTED, Post

DUTY = "018f0000-0000-7000-8000-000000000007:1281"


async def test_F1_one_click_stops_the_organisations_mailings_at_once(post: Post) -> None:
    answer = await post.one_click(post.link())
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert "Klart, du får inga fler utskick" in answer.text
    added = await post.added()
    assert (added.address_hash, added.scope, added.reason) == (
        post.hash_of().hex(), "organisation", "opted_out",
    )  # fmt: skip
    assert await post.holding() == [("organisation", "opted_out")]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--',
            "multipart/form-data; boundary=b",
        ),
        (b"", "application/x-www-form-urlencoded"),
        (b"", ""),
    ],
)
async def test_F1_every_form_of_post_opts_out(post: Post, body: bytes, kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = await post.running.http.post(post.link(), content=body, headers=headers)
    assert answer.status_code == 200
    assert await post.holding() == [("organisation", "opted_out")]


async def test_F1_looking_at_the_page_stops_nothing(post: Post) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        await post.running.http.request(method, post.link())
    page = await post.running.http.get(post.link())
    assert page.status_code == 200
    assert page.text.count("<form") == 1
    assert f'<form method="post" action="{post.link()}">' in page.text
    assert "<script" not in page.text
    assert await post.holding() == []
    assert await post.running.world.waiting_in(ADDED) == 0


async def test_F1_twice_is_the_same_as_once(post: Post) -> None:
    first = await post.one_click(post.link())
    second = await post.one_click(post.link())
    assert (first.status_code, first.text) == (second.status_code, second.text)
    await post.added()
    assert await post.running.world.waiting_in(ADDED) == 0
    assert len((await post.known())["history"]) == 1


async def test_F1_twenty_clicks_at_once_are_one_opt_out(post: Post) -> None:
    answers = await asyncio.gather(*(post.one_click(post.link()) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len((await post.known())["history"]) == 1


async def test_a_units_link_stops_that_unit_alone(post: Post) -> None:
    await post.one_click(post.link("unit", "1281"))
    assert (await post.added()).scope == "unit:1281"
    assert await post.holding() == [("unit:1281", "opted_out")]


async def test_an_opt_out_can_be_taken_back_and_given_again(post: Post) -> None:
    stopped = await post.one_click(post.link())
    assert f'action="{post.link()}/undo"' in stopped.text
    assert "Jag vill ha utskicken ändå" in stopped.text
    back = await post.running.http.post(f"{post.link()}/undo")
    assert "Du får utskicken igen" in back.text
    assert (await post.lifted()).scope == "organisation"
    assert await post.holding() == []
    await post.running.http.post(f"{post.link()}/undo")
    assert await post.running.world.waiting_in(LIFTED) == 0

    await post.one_click(post.link())
    assert await post.holding() == [("organisation", "opted_out")]
    changes = [line["change"] for line in (await post.known())["history"]]
    assert changes == ["added", "lifted", "added"]


async def test_what_the_desk_stopped_is_not_undone_by_the_link(post: Post) -> None:
    await post.post("/suppressions", {"address": "asa.lind@example.org"})
    answer = await post.running.http.post(f"{post.link()}/undo")
    assert "fortfarande stoppade" in answer.text
    assert await post.holding() == [("organisation", "desk")]


async def test_duty_mail_goes_on_and_says_why(post: Post) -> None:
    page = await post.one_click(post.link("duty", DUTY))
    assert page.status_code == 200
    assert "Det här hör till ditt uppdrag" in page.text
    assert "Jag har inte längre uppdraget" in page.text
    undone = await post.running.http.post(f"{post.link('duty', DUTY)}/undo")
    assert undone.text == page.text
    assert await post.holding() == []


async def test_an_assignment_no_longer_held_is_told_to_the_crm_once(post: Post) -> None:
    for _ in range(2):
        answer = await post.running.http.post(f"{post.link('duty', DUTY)}/assignment")
        assert "Tack, vi har noterat det" in answer.text
    disputed = await post.running.world.hear(DISPUTED, AssignmentDisputed)
    assert (disputed.order_id, disputed.unit_id) == tuple(DUTY.split(":"))
    assert disputed.address_hash == post.hash_of().hex()
    assert await post.running.world.waiting_in(DISPUTED) == 0


async def test_a_link_that_stops_mail_disputes_no_assignment(post: Post) -> None:
    answer = await post.running.http.post(f"{post.link()}/assignment")
    assert "Vill du sluta få utskick?" in answer.text
    assert await post.running.world.waiting_in(DISPUTED) == 0


async def test_every_wrong_token_gets_the_same_answer_which_reveals_nothing(post: Post) -> None:
    token = post.link().removeprefix("/u/")
    foreign = UnsubscribeTokens(b"another key" * 4).make(Unsubscription(post.hash_of(), "organisation"))
    wrong = [token[:-1], token + "A", token + "!", "x", "AAAA", foreign, "%00", "å", "A" * 5000]
    wrong += [token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in range(len(token))]
    answers = set()
    for altered in wrong:
        for method, path in (("GET", ""), ("POST", ""), ("POST", "/undo"), ("POST", "/assignment")):
            answer = await post.running.http.request(method, f"/u/{altered}{path}")
            answers.add((answer.status_code, answer.text, tuple(sorted(answer.headers.items()))))
    assert len(answers) == 1
    assert answers.pop()[0] == 404
    assert await post.holding() == []


async def test_the_page_speaks_the_readers_language(post: Post) -> None:
    for accepts, words, lang in (
        ("", "Vill du sluta få utskick?", "sv"),
        ("en-GB,en;q=0.9", "Stop these mailings?", "en"),
        ("da", "Vil du ikke længere have mails?", "da"),
        ("nb-NO", "Vil du slutte å få utsendinger?", "nb"),
        ("x" * 5000, "Vill du sluta få utskick?", "sv"),
    ):
        page = await post.running.http.get(post.link(), headers={"Accept-Language": accepts})
        assert words in page.text
        assert f'<html lang="{lang}"' in page.text


async def test_the_page_keeps_to_itself(post: Post) -> None:
    page = await post.running.http.get(post.link())
    assert "Föreningen &amp; vännerna" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-robots-tag"] == "noindex"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert (await post.running.http.get("/static/onsdag.css")).status_code == 200
