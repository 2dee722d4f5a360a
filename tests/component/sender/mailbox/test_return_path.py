"""Each mail goes out with a return path of its own."""

from services.sender.main import return_paths
from tests.component.sender.post_office import PostOffice, edition, mail, section


async def test_a_mail_leaves_with_its_own_return_path(post_office: PostOffice) -> None:
    planned = [mail("asa.lind@example.se"), mail("bo.ek@example.se")]
    await post_office.say(edition(section(1), mails=2))
    await post_office.hand_over(planned)
    await post_office.finished(2)
    paths = return_paths(post_office.settings)
    sent = {each.recipients[0]: paths.read(each.sender) for each in post_office.received()}
    assert sent == {each.address: each.mail_id for each in planned}
    assert {each.sender.partition("+")[0] for each in post_office.received()} == {"bounce"}
