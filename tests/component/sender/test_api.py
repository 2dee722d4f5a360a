"""The sender's JSON interface."""

from shared.ids import new_id
from tests.component.sender.post_office import EDITION, PostOffice, edition, mail, section
from tests.support.one_service import bearer


async def one_mail_held(post_office: PostOffice) -> str:
    """Leave one mail uncertain and held for the desk; return its id."""
    await post_office.say(edition(section(1)))
    await post_office.hand_over([planned := mail("p1@example.org")])
    await post_office.finished(1)
    await post_office.execute("UPDATE delivery SET state = 'uncertain', uncertainties = 10")
    return str(planned.mail_id)


async def settle(post_office: PostOffice, mail_id: str, decision: str) -> int:
    path = f"/api/v1/uncertain/{mail_id}/{decision}"
    answer = await post_office.running.http.post(path, headers=bearer(post_office.token()))
    return answer.status_code


async def test_mails_are_listed_by_state_and_page(post_office: PostOffice) -> None:
    await post_office.say(edition(section(1)))
    await post_office.hand_over(mail(f"p{n}@example.org") for n in range(5))
    await post_office.finished(5)
    path = f"/api/v1/editions/{EDITION}/mails?state=accepted&limit=3"
    first = await post_office.running.get(path, post_office.token())
    second = await post_office.running.get(f"{path}&after={first['next']}", post_office.token())
    assert [len(first["mails"]), len(second["mails"]), second["next"]] == [3, 2, None]
    shown = await post_office.running.get(
        f"/api/v1/mails/{first['mails'][0]['mail_id']}", post_office.token()
    )
    assert shown == first["mails"][0]


async def test_addresses_are_not_for_those_who_read_figures(post_office: PostOffice) -> None:
    path = f"/api/v1/editions/{EDITION}/mails"
    answer = await post_office.running.http.get(path, headers=bearer(post_office.token("reader")))
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"


async def test_unknown_edition_and_mail_are_problems(post_office: PostOffice) -> None:
    for path in (f"/api/v1/editions/{new_id()}/progress", f"/api/v1/mails/{new_id()}"):
        answer = await post_office.running.http.get(path, headers=bearer(post_office.token()))
        assert answer.status_code == 404


async def test_desk_sends_a_held_mail_again_with_the_same_identity(post_office: PostOffice) -> None:
    mail_id = await one_mail_held(post_office)
    assert await settle(post_office, mail_id, "resend") == 200
    await post_office.becomes("SELECT count(*) FROM delivery WHERE state = 'accepted'", 1)
    first, second = post_office.received()
    assert first.raw == second.raw


async def test_desk_gives_a_held_mail_up(post_office: PostOffice) -> None:
    mail_id = await one_mail_held(post_office)
    assert await settle(post_office, mail_id, "drop") == 200
    assert (await post_office.progress())["refused"] == 1
    assert await settle(post_office, mail_id, "drop") == 409
    assert await settle(post_office, str(new_id()), "drop") == 404
