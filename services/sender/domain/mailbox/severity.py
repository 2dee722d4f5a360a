"""How bad a failure is, from its codes and its words together. Hard needs one, and none against."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.sender.domain.mailbox.codes import Codes, by_enhanced, codes_in
from services.sender.domain.mailbox.phrases import in_doubt, judge_words
from services.sender.domain.mailbox.verdict import Severity


@dataclass(frozen=True)
class Judgement:
    """``clear``: something in the text said so; else it is soft for want of a reason."""

    severity: Severity
    code: str | None
    says: str
    clear: bool = True


_FOR_CODE = {
    Severity.HARD: "the code says that there is no such mailbox or domain",
    Severity.SOFT: "the code says nothing that is for good",
    Severity.BLOCKED: "the code says policy or authentication",
    Severity.CONTENT: "the code blames the message",
}
_DOUBT = (Severity.SOFT, "the words take the code's certainty away")


def judge(text: str, status: str = "") -> Judgement:
    """Return what a server's words and codes mean. ``status``: an enhanced code told beside the text."""
    told, within = codes_in(status), codes_in(text)
    code = within.shown if told.shown is None or told.shown.endswith(".0.0") else told.shown
    code = code or told.shown
    if told.temporary or within.temporary:
        return Judgement(Severity.SOFT, code, "the code says: later")
    by_code = within.severity or told.severity
    words = judge_words(text) or (_DOUBT if by_code is Severity.HARD and in_doubt(text) else None)
    if by_code and (words is None or _yield(words, by_code)):
        return Judgement(by_code, _of(by_code, within, told) or code, _FOR_CODE[by_code])
    if words is None:
        return Judgement(Severity.SOFT, code, "no clear reason is given", clear=False)
    severity, says = words
    return Judgement(severity, _of(severity, within, told) or code, says)


def _yield(words: tuple[Severity, str], by_code: Severity) -> bool:
    """Whether words count for less than the code: "no such mailbox" for one that does not say so."""
    severity, says = words
    if severity is Severity.HARD:
        return by_code is not Severity.HARD
    return says == "not for good" and by_code in {Severity.BLOCKED, Severity.CONTENT}


def _of(severity: Severity, *codes: Codes) -> str | None:
    """Return the code that says so."""
    return next((code for each in codes for code in each.enhanced if by_enhanced(code) is severity), None)


def mildest(judgements: Iterable[Judgement]) -> Judgement | None:
    """Return the one that does least to the address; what is clear goes before what is not."""
    order = (Severity.SOFT, Severity.BLOCKED, Severity.CONTENT, Severity.HARD)
    return min(judgements, key=lambda each: (not each.clear, order.index(each.severity)), default=None)
