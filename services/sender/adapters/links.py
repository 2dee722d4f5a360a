"""Unsubscribe links (F1): where a mail says that it can be stopped."""

from services.sender.domain.edition import Section
from shared.web.tokens import UnsubscribeTokens, Unsubscription


class UnsubscribeLinks:
    """Links to the organisation's public address."""

    def __init__(self, public_url: str, tokens: UnsubscribeTokens) -> None:
        self._start = f"{public_url.rstrip('/')}/u/"
        self._tokens = tokens

    def organisation(self, address_hash: bytes) -> str:
        return self._start + self._tokens.make(Unsubscription(address_hash, "organisation"))

    def section(self, address_hash: bytes, section: Section) -> str:
        """Stop a unit's mailings; for duty, which cannot be stopped, say that the assignment is not held."""
        if section.is_duty:
            what = Unsubscription(address_hash, "duty", f"{section.order_id}:{section.unit_id}")
        else:
            what = Unsubscription(address_hash, "unit", section.unit_id)
        return self._start + self._tokens.make(what)
