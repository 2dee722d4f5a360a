"""The mailbox on an IMAP server, through imap-tools. Blocking: called in threads. Nothing is ever deleted.

imap-tools moves by copying, deleting and expunging where a server has no MOVE, and expunges after setting
a flag; so neither its ``move`` nor its ``flag`` is used here. Without MOVE (RFC 6851) messages stay.
"""

import imaplib
import re
import ssl
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl, unquote, urlsplit

from imap_tools import AND
from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.utils import encode_folder

TIMEOUT_SECONDS = 60.0
MOST_OCTETS = 2 * 2**20
"""Of one message. What a report says stands in its beginning; what it brings back may be long."""

MOST_AT_ONCE = 100
_UNFIT = re.compile(r"[\x00-\x1f\x7f]")


class MailboxAway(Exception):
    """The server cannot be reached, refuses us, or does not answer as a server does."""


class NoMailbox(ValueError):
    """The URL names no mailbox."""


@dataclass(frozen=True)
class Account:
    """Where the mailbox is. ``security``: tls, starttls or none. ``since``: older messages are not read."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    security: str
    since: date | None = None

    @classmethod
    def parse(cls, url: str) -> "Account":
        """Read ``imaps://user:password@host[:port][/folder]``; ``imap://`` is STARTTLS. Raises NoMailbox."""
        parts = urlsplit(url)
        if parts.scheme not in {"imap", "imaps"} or not (parts.hostname and parts.username):
            raise NoMailbox("the mailbox is written imaps://user:password@host/folder")
        given = dict(parse_qsl(parts.query))
        starttls = given.get("starttls", "required")
        plain = "none" if starttls == "never" else "starttls"
        security = "tls" if parts.scheme == "imaps" else plain
        folder = unquote(parts.path.strip("/")) or "INBOX"
        port = parts.port or (993 if security == "tls" else 143)
        if _UNFIT.search(folder):
            raise NoMailbox("the name of the folder has control characters")
        user, password = unquote(parts.username), unquote(parts.password or "")
        return cls(parts.hostname, port, user, password, folder, security, _day(given.get("since", "")))


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise NoMailbox("the day from which on it is read is written since=2027-01-31") from None


class ImapInbox:
    """A signed-in connection with the folder open. Not for two threads at once."""

    def __init__(self, account: Account) -> None:
        """Raises MailboxAway."""
        self.folder, self.since = account.folder, account.since
        with _answers():
            self._box = _connect(account)
        try:
            with _answers():
                self._open(account)
        except MailboxAway:
            self._box.client.shutdown()
            raise

    def _open(self, account: Account) -> None:
        self._box.login(account.user, account.password, initial_folder=None)
        # asked again: before signing in a server tells less
        self._can_move = b"MOVE" in self._box.client.capability()[1][0].upper().split()
        self._box.folder.set(account.folder)
        found = self._box.client.response("UIDVALIDITY")[1][0]
        if found is None:
            raise MailboxAway("the server does not say how long its numbers hold")
        self.uid_validity = int(found)

    def uids(self, since: date) -> list[int]:
        """Return the messages that came on a day or later, oldest first. Raises MailboxAway."""
        with _answers():
            return sorted(int(uid) for uid in self._box.uids(AND(date_gte=since), charset=None))

    def fetch(self, uid: int) -> bytes | None:
        """Return the beginning of a message, without marking it as seen; None if it is gone."""
        with _answers():
            _, found = self._box.client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_OCTETS}>)")
            return next((part[1] for part in found if isinstance(part, tuple)), None)

    def move(self, uids: Collection[int], folder: str) -> bool:
        """Move messages into a folder, made when there is none; say whether it does. Raises MailboxAway."""
        with _answers():
            try:
                return self._can_move and self._move(sorted(uids), folder)
            except imaplib.IMAP4.abort:
                raise
            except (ImapToolsError, imaplib.IMAP4.error):  # a quota, a name that it does not like, no rights
                return False

    def _move(self, uids: list[int], folder: str) -> bool:
        if not self._box.folder.exists(folder):
            self._box.folder.create(folder)
        for start in range(0, len(uids), MOST_AT_ONCE):
            some = ",".join(map(str, uids[start : start + MOST_AT_ONCE]))
            answer, _ = self._box.client.uid("MOVE", some, encode_folder(folder).decode("ascii"))
            if answer != "OK":
                return False
        return True

    def close(self) -> None:
        """Sign out; a connection that is gone already is no trouble."""
        try:
            self._box.logout()
        except (OSError, ImapToolsError, imaplib.IMAP4.error):
            return


def _connect(account: Account) -> BaseMailBox:
    if account.security == "tls":
        return MailBox(account.host, account.port, timeout=TIMEOUT_SECONDS, ssl_context=_context())
    if account.security == "starttls":
        return MailBoxStartTls(account.host, account.port, timeout=TIMEOUT_SECONDS, ssl_context=_context())
    return MailBoxUnencrypted(account.host, account.port, timeout=TIMEOUT_SECONDS)


def _context() -> ssl.SSLContext:
    """Certificates are checked: without one, Python's IMAP client checks none."""
    return ssl.create_default_context()


@contextmanager
def _answers() -> Iterator[None]:
    try:
        yield
    except (OSError, ImapToolsError, imaplib.IMAP4.error) as problem:
        raise MailboxAway(f"{type(problem).__name__}: the mailbox does not answer") from problem
