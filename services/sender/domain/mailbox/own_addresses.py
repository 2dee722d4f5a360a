"""Addresses whose mail comes here: the shared one (A1) and that of the return paths, each with any tag."""

from services.sender.domain.mailbox.addresses import one_spelling


class OwnAddresses:
    """Those of one organisation."""

    def __init__(self, *addresses: str) -> None:
        self._own = frozenset(map(_without_tag, addresses))

    def take(self, address: str) -> bool:
        """Whether mail for an address belongs here, in whichever of its two ways the domain is written."""
        return _without_tag(address) in self._own


def _without_tag(address: str) -> bytes:
    """Return the one spelling of an address, without what follows a plus (RFC 5233)."""
    local, _, domain = address.strip("<>").rpartition("@")
    return one_spelling(f"{local.partition('+')[0]}@{domain}")
