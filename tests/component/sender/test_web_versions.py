"""A text too long for a mail can be read on the web."""

from services.sender.adapters.links import WebTokens, WebVersion
from shared.ids import new_id
from tests.component.sender.post_office import EDITION, PostOffice, edition, mail, parse, section


async def test_the_link_in_a_mail_leads_to_the_whole_text(post_office: PostOffice) -> None:
    long = section(1, markdown="Början.\n\n" + "ord " * 30_000 + "\n\nSlutet.")
    await post_office.say(edition(long))
    await post_office.hand_over([mail("p1@example.org")])
    await post_office.finished(1)
    (received,) = post_office.received()
    assert len(received.raw) < 100_000
    body = parse(received.raw).get_body(("plain",))
    assert body is not None
    (link,) = (word for word in body.get_content().split() if "/w/" in word)
    answer = await post_office.running.http.get(f"/w/{link.rpartition('/w/')[2]}")
    assert answer.status_code == 200
    assert "Slutet." in answer.text
    assert "p1@example.org" not in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "script" not in answer.headers["Content-Security-Policy"]


async def test_links_that_lead_nowhere_say_so(post_office: PostOffice) -> None:
    await post_office.say(edition(section(1)))
    await post_office.becomes("SELECT count(*) FROM edition WHERE prepared_at IS NOT NULL", 1)
    tokens = WebTokens(post_office.settings.secret)
    wrong = (
        "x",
        tokens.make(WebVersion(new_id(), 1, "sv")),
        tokens.make(WebVersion(EDITION, 2, "sv")),
    )
    for token in wrong:
        answer = await post_office.running.http.get(f"/w/{token}")
        assert answer.status_code == 404
        assert "Länken stämmer inte" in answer.text
    right = tokens.make(WebVersion(EDITION, 1, "sv"))
    assert (await post_office.running.http.get(f"/w/{right}")).status_code == 200
