"""Whom a refusal is about: the recipient, somebody behind it, or us."""

import re
from dataclasses import replace

from services.sender.domain.mailbox.addresses import ADDRESS, addresses_in, of_person
from services.sender.domain.mailbox.mime import Message, Part
from services.sender.domain.mailbox.severity import Judgement
from services.sender.domain.mailbox.verdict import Severity

_CODE = re.compile(r"\b5\d\d[ -]|(?<![\d.])5\.\d{1,3}\.\d{1,3}\b")
_BY_WAY_OF = re.compile(
    r"\((expanded|(ultimately )?generated|forwarded|redirected|aliased) (from|for|by) [^()]{1,200}\)"
)
NEAR = 80
"""Characters behind a code within which a server says of whom it speaks."""


def refused_in(reason: str) -> str | None:
    """Return the address that a reason names: the first close behind its code, else the last before it."""
    reason = _BY_WAY_OF.sub(" ", reason)
    code = _CODE.search(reason)
    if code is None:
        return None
    behind = ADDRESS.search(reason, code.end())
    if behind and behind.start() - code.end() < NEAR and (found := _persons(behind[0])):
        return found[0]
    before = _persons(reason[: code.start()])
    return before[-1] if before else None


def concerning(
    judgement: Judgement, reason: str, recipient: str | None, message: Message
) -> tuple[Judgement, str | None]:
    """Return what a reason says and of whom, where it names another address than the recipient's.

    A refusal of ours is none of the recipient. One of an address behind the recipient's is about that one:
    it may be one of several.
    """
    named = refused_in(reason)
    if judgement.severity is not Severity.HARD or named in {None, recipient}:
        return judgement, recipient
    if _is_ours(named or "", recipient or "", message.head):
        return replace(judgement, severity=Severity.BLOCKED, says="our own address is refused"), recipient
    return judgement, named


def addresses_of_notice(head: Part) -> list[str]:
    """Return the addresses of ours that a notice came to."""
    return addresses_in(f"{head.value('to')} {head.value('delivered-to')}")


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def _is_ours(named: str, recipient: str, head: Part) -> bool:
    """Whether an address is that of the notice, or lies in its domain when the recipient's does not."""
    ours = addresses_of_notice(head)
    domains = {domain_of(each) for each in ours}
    return named in ours or (domain_of(named) in domains and domain_of(recipient) not in domains)


def _persons(text: str) -> list[str]:
    """Return the addresses but those to which a server refers for help; ours has a tag."""
    return [each for each in addresses_in(text) if of_person(each) or "+" in each]
