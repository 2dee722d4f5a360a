"""The sentence that matters, while mails leave and when they have left (A6)."""

from deploy.demo.result import sentence


def test_saving_is_not_counted_from_mails_that_have_not_left_yet() -> None:
    assert sentence(2, 800, 200, "en") == "2 orders, 800 mails ordered → 200 sent, 75 % fewer"
    assert sentence(2, 800, 200, "en", so_far=5).endswith("→ 200 to send, 75 % fewer; 5 sent so far")
    assert sentence(2, 800, 200, "sv", so_far=5).endswith("→ 200 att skicka, 75 % färre; 5 skickade hittills")
