"""An audience as people ask for it."""

from pydantic import ConfigDict

from shared.contracts.intake import Audience, Excluded

_STRICT = ConfigDict(extra="forbid")


class ExcludedAsked(Excluded):
    """Whom to leave out. A field that does not exist is refused by its name."""

    model_config = _STRICT


class AudienceAsked(Audience):
    """Whom to reach. A field that does not exist is refused by its name: let through as in a message, which a
    newer service may have sent, a misspelt condition would be counted as everybody."""

    model_config = _STRICT

    exclude: ExcludedAsked = ExcludedAsked()
