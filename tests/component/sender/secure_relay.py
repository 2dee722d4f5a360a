"""Relays with TLS, whose certificates a test's own authority issued: good ones and others."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "localhost"
USER, PASSWORD = "onsdag", "p/w: å"
LONG_AGO = datetime.now(UTC) - timedelta(days=1)


@dataclass
class Kept:
    """What a relay got."""

    messages: list[bytes] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    users: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.messages.append(envelope.content)
        assert server.transport is not None
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        self.users.append((session.auth_data or b"").decode() if session.authenticated else "")
        return "250 2.0.0 Queued"


def authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    assert isinstance(data, LoginPassword)
    known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=known, auth_data=data.login)


class BrokenStartTls(SMTP):
    """Offers STARTTLS, agrees to it, and goes on in the clear."""

    async def smtp_STARTTLS(self, arg: str) -> None:
        await self.push("220 Ready to start TLS")
        await self.push("500 or perhaps not")


@dataclass(frozen=True)
class Authority:
    """Issues certificates; ``file`` is what a relay's URL names as ``ca``."""

    ca: trustme.CA
    file: Path

    @classmethod
    def make(cls, folder: Path) -> "Authority":
        ca = trustme.CA()
        ca.cert_pem.write_to_path(str(folder / "ca.pem"))
        return cls(ca, folder / "ca.pem")

    def context(self, host: str = HOST, *, expired: bool = False) -> ssl.SSLContext:
        """Return a server's context with a certificate for a host."""
        until = LONG_AGO if expired else None
        issued = self.ca.issue_cert(host, not_after=until)
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issued.configure_cert(made)
        return made


@asynccontextmanager
async def secure_relay(
    kept: Kept,
    context: ssl.SSLContext,
    *,
    from_the_start: bool = False,
    server: type[SMTP] = SMTP,
    sign_in: bool = False,
) -> AsyncIterator[int]:
    """Listen; yield the port."""
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: server(
            kept,
            loop=loop,
            hostname="relay.example.org",
            tls_context=None if from_the_start else context,
            authenticator=authenticate if sign_in else None,
            auth_required=sign_in and not from_the_start,
            auth_require_tls=not from_the_start,
            enable_SMTPUTF8=True,
        ),
        "127.0.0.1",
        0,
        ssl=context if from_the_start else None,
    )
    async with listening:
        yield listening.sockets[0].getsockname()[1]
