"""Addresses whose mail comes here: the shared one (A1) and that of the return paths, each with any tag."""


class OwnAddresses:
    """Those of one organisation."""

    def __init__(self, *addresses: str) -> None:
        self._own = frozenset(map(_without_tag, addresses))

    def take(self, address: str) -> bool:
        """Whether mail for an address belongs here."""
        return _without_tag(address) in self._own


def _without_tag(address: str) -> str:
    """Return the address without what follows a plus (RFC 5233), lower case."""
    local, _, domain = address.strip("<>").lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
