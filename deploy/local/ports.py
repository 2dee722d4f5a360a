"""Free ports on the loopback interface for servers that are told their port before they start."""

import random
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"
RANGE_FILE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def _first_ephemeral() -> int:
    try:
        return int(RANGE_FILE.read_text().split()[0])
    except OSError:
        return 32768


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Return ports nobody listens on now, outside the range the kernel gives to outgoing connections.

    Outside, because a server that restarts must find its port again while clients keep knocking: a client
    whose own port happened to be the server's would connect to itself. Another program may still take one
    first; whoever starts a server tries again with other ports.
    """
    last = max(_first_ephemeral(), 12000) - 1
    found: list[int] = []
    for port in random.SystemRandom().sample(range(10000, last), min(2000, last - 10000)):
        if is_free(port):
            found.append(port)
            if len(found) == count:
                return found
    raise OSError(f"no {count} free ports between 10000 and {last}")
