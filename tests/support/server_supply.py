"""One set of servers for all processes of a test run, started when the first of them asks."""

import contextlib
import secrets
import threading
from multiprocessing.connection import Client, Listener

from deploy.local.process import LocalServerError
from deploy.local.stack import LocalStack, ServerUrls

Address = tuple[str, bytes]


class Supply:
    """Starts the servers once; a failure is the answer to everyone who asks."""

    def __init__(self) -> None:
        self._stack = LocalStack(fsync=False, management=True)
        self._urls: ServerUrls | None = None
        self._failure: LocalServerError | None = None
        self._turn = threading.Lock()

    def urls(self) -> ServerUrls:
        """Return where the servers are. Raises LocalServerError."""
        with self._turn:
            if self._failure is not None:
                raise self._failure
            if self._urls is None:
                try:
                    self._urls = self._stack.start()
                except LocalServerError as failure:
                    self._failure = failure
                    raise
            return self._urls

    def close(self) -> None:
        with self._turn:
            self._stack.stop()


class SupplyDesk:
    """Answers the workers of pytest-xdist, from the controller."""

    def __init__(self, supply: Supply) -> None:
        self._supply = supply
        self._key = secrets.token_bytes(16)
        self._listener = Listener(family="AF_UNIX", backlog=64, authkey=self._key)
        self._thread = threading.Thread(target=self._answer_all, name="server-supply", daemon=True)
        self._thread.start()

    @property
    def address(self) -> Address:
        path = self._listener.address
        assert isinstance(path, str)
        return path, self._key

    def close(self) -> None:
        with contextlib.suppress(OSError), Client(self.address[0], authkey=self._key) as own:
            own.send(False)
        self._thread.join()
        self._listener.close()

    def _answer_all(self) -> None:
        while True:
            try:
                with self._listener.accept() as asking:
                    if not asking.recv():
                        return
                    try:
                        asking.send(self._supply.urls())
                    except LocalServerError as failure:
                        asking.send(str(failure))
            except (EOFError, ConnectionError):
                continue  # a worker that ended while it asked


def ask(address: Address) -> ServerUrls:
    """Return where the servers are, from the controller. Raises LocalServerError."""
    path, key = address
    with Client(path, authkey=key) as desk:
        desk.send(True)
        answer = desk.recv()
    if not isinstance(answer, ServerUrls):
        raise LocalServerError(answer)
    return answer
