"""What the pages of an unsubscribe link say in English."""

from collections.abc import Mapping

from services.compliance.domain.wording.page import Moment, Words

WORDS: Mapping[Moment, Words] = {
    "ask_organisation": Words(
        "Stop these mailings?",
        ("Press the button, and you get no more information and appeals from {organisation}.",),
        "Yes, stop",
    ),
    "ask_unit": Words(
        "Stop mailings from this unit?",
        (
            (
                "Press the button, and you get no more information and appeals from the unit of "
                "{organisation} that the mail named."
            ),
        ),
        "Yes, stop",
    ),
    "stopped_organisation": Words(
        "Done, you get no more mailings",
        (
            (
                "Information and appeals from {organisation} to your address are stopped, also what was "
                "already prepared."
            ),
            "If you hold an assignment, you still get what you need to know for it.",
        ),
        "I want the mailings after all",
    ),
    "stopped_unit": Words(
        "Done, you get no more mailings from that unit",
        (
            (
                "Information and appeals from the unit to your address are stopped, also what was already "
                "prepared."
            ),
            "Other mailings from {organisation} come as before.",
        ),
        "I want the mailings after all",
    ),
    "back": Words("You get the mailings again", ("All is as before. You can change your mind.",), "Stop"),
    "kept": Words(
        "The mailings are still stopped",
        ("They were stopped in another way than by this link. Reply to the mail, and we will help you.",),
    ),
    "duty": Words(
        "This belongs to your assignment",
        (
            ("The mail holds what somebody with the assignment has to know, so it comes while you hold it."),
            "Have you left it? Tell us, and the register is put right.",
        ),
        "I no longer hold this assignment",
    ),
    "disputed": Words(
        "Thank you, we have noted it",
        ("Those who keep the register are told that you no longer hold the assignment.",),
    ),
    "unknown": Words(
        "The link cannot be read",
        ("It may have been cut off on its way. Reply to the mail, and we will help you.",),
    ),
}
