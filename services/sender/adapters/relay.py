"""A relay: where mail is handed over, and how it is reached."""

import re
import ssl
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from services.sender.adapters.smtp import RouteProblem, SmtpConnection
from services.sender.domain.buckets import Limit, read_limits

_OPTIONS = {"starttls", "weight", "limit", "ca"}
_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_STARTTLS: dict[str, bool | None] = {"auto": None, "required": True, "never": False}
CONNECT_SECONDS = 30.0
"""For the connection, TLS and signing in, each: a relay that is slower to greet than this is in trouble."""


@dataclass(frozen=True)
class Relay:
    """``starttls``: None when offered, True always, False never. ``ca``: a file of the authorities to trust.

    ``weight``: its share of the connections among several; 0: only when no other can be used.
    """

    host: str
    port: int
    tls: bool
    starttls: bool | None
    user: str | None
    password: str | None
    timeout: float = 300.0
    weight: int = 1
    limits: tuple[Limit, ...] = ()
    ca: str | None = None

    @classmethod
    def parse(cls, url: str, timeout: float = 300.0) -> "Relay":
        """Return the relay of ``smtp[s]://[user:password@]host[:port][?starttls=…&weight=…&limit=…&ca=…]``.

        With a password STARTTLS is required unless the URL says otherwise: nobody on the way may take it off.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in {"smtp", "smtps"} or not _HOST.fullmatch(host):
            raise ValueError("ONSDAG_SMTP_URL must be smtp://host:port or smtps://host:port")
        tls = parts.scheme == "smtps"
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if unknown := sorted(options.keys() - _OPTIONS):
            raise ValueError(f"ONSDAG_SMTP_URL has no option {unknown[0]}")
        wanted = options.get("starttls", "required" if parts.password else "auto")
        if wanted not in _STARTTLS:
            raise ValueError("starttls in ONSDAG_SMTP_URL can be auto, required or never")
        if not (weight := options.get("weight", "1")).isdecimal():
            raise ValueError("weight in ONSDAG_SMTP_URL is a whole number, 0 or more")
        return cls(
            host=host,
            port=parts.port or (465 if tls else 25),
            tls=tls,
            starttls=False if tls else _STARTTLS[wanted],
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            timeout=timeout,
            weight=int(weight),
            limits=read_limits(options["limit"].replace(" ", "+")) if "limit" in options else (),
            ca=options.get("ca"),
        )

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca)

    async def connect(self) -> SmtpConnection:
        """Return a connection that is ready for mail; raises RouteProblem."""
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.tls,
            start_tls=self.starttls,
            username=self.user,
            password=self.password,
            timeout=min(self.timeout, CONNECT_SECONDS),
            tls_context=self._trust,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except (aiosmtplib.SMTPException, OSError) as problem:
            client.close()
            raise RouteProblem(f"{type(problem).__name__}: {problem}") from problem
        return SmtpConnection.take_over(client, self.timeout)


def read_relays(urls: str, timeout: float) -> tuple[Relay, ...]:
    """Return the relays of one URL or several, separated by commas or white space; raises ValueError."""
    relays = tuple(Relay.parse(url, timeout) for url in urls.replace(",", " ").split())
    if not relays:
        raise ValueError("ONSDAG_SMTP_URL must be smtp://host:port or smtps://host:port")
    if len({relay.name for relay in relays}) < len(relays):
        raise ValueError("ONSDAG_SMTP_URL names a relay twice")
    return relays
