"""Signed tokens: who calls an API, and what an unsubscribe link stands for. Nothing is looked up."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal, get_args

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from itsdangerous import BadSignature, URLSafeSerializer

from shared.clock import Clock
from shared.ids import new_id
from shared.web.problems import Problem

Role = Literal["orderer", "desk", "member_contact", "admin", "reader"]
"""orderer: orders for own units. desk: the info desk. member_contact: newcomers of own units.
admin: settings and the bus. reader: figures only."""

ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True)
class Principal:
    """Who calls. ``subject`` is an e-mail address for people, a name for programs."""

    token_id: str
    subject: str
    role: Role


class ApiTokens:
    """Issues and reads API tokens."""

    def __init__(self, secret: bytes, clock: Clock, revoked: frozenset[str] = frozenset()) -> None:
        self._serializer = URLSafeSerializer(secret, salt="onsdag-api-token")
        self._clock = clock
        self._revoked = revoked

    def issue(self, subject: str, role: Role, lifetime: timedelta) -> str:
        """Return a token that holds for ``lifetime`` from now."""
        expires = self._clock.now() + lifetime
        return self._serializer.dumps([str(new_id()), subject, role, int(expires.timestamp())])

    def read(self, token: str) -> Principal:
        """Return who a token stands for; raise PermissionError with a sentence if it does not hold."""
        try:
            token_id, subject, role, expires = self._serializer.loads(token)
        except BadSignature:
            raise PermissionError("The token is not one of ours") from None
        if token_id in self._revoked:
            raise PermissionError("The token has been revoked")
        if self._clock.now().timestamp() >= expires:
            raise PermissionError("The token has expired")
        return Principal(token_id, subject, role)


def allow(tokens: ApiTokens, *roles: Role) -> Callable[..., Principal]:
    """Return a dependency that lets only these roles in (F4). ``admin`` may do what ``desk`` may."""
    allowed = {*roles, "admin"} if "desk" in roles else set(roles)
    bearer = HTTPBearer(auto_error=False, description="`onsdag token create` makes one.")

    def principal(given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Principal:
        if given is None:
            raise Problem(401, "A token is needed", headers={"WWW-Authenticate": "Bearer"})
        try:
            caller = tokens.read(given.credentials)
        except PermissionError as problem:
            raise Problem(401, str(problem), headers={"WWW-Authenticate": "Bearer"}) from None
        if caller.role not in allowed:
            raise Problem(403, "Your role may not do this", f"It takes one of: {', '.join(sorted(allowed))}.")
        return caller

    return principal


@dataclass(frozen=True)
class Unsubscription:
    """What an unsubscribe link stands for. ``kind`` says which scope: the organisation's information and
    appeals, those of unit ``key``, or the duty mail of order and unit ``key`` (which cannot be stopped)."""

    address_hash: bytes
    kind: Literal["organisation", "unit", "duty"]
    key: str = ""


_KINDS: dict[str, Literal["organisation", "unit", "duty"]] = {"o": "organisation", "u": "unit", "d": "duty"}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}
_MAC_BYTES = 16


class UnsubscribeTokens:
    """Makes and reads the tokens of unsubscribe links (F1). They hold no address and never expire."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"onsdag-unsubscribe", hashlib.sha256)

    def make(self, what: Unsubscription) -> str:
        """Return a token of URL-safe characters."""
        body = what.address_hash + _LETTERS[what.kind].encode() + what.key.encode()
        return _text(self._mac(body) + body)

    def read(self, token: str) -> Unsubscription | None:
        """Return what a token stands for, or None if it was altered; never a hint of what was wrong."""
        try:
            raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except (UnicodeEncodeError, binascii.Error):
            return None
        if _text(raw) != token:  # another spelling of the same bytes is an altered token, too
            return None
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(body)) or len(body) < 33:
            return None
        return Unsubscription(body[:32], _KINDS[body[32:33].decode()], body[33:].decode())

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, hashlib.sha256)[:_MAC_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
