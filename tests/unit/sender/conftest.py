"""Composing needs no network: in these tests there is none."""

import socket

import pytest


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail whoever connects anywhere or looks a name up."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a unit test touched the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
