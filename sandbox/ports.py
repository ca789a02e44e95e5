"""Ports on 127.0.0.1: one that is asked for, the others free ones."""

import random
import socket
from typing import Final

from sandbox.errors import SandboxError

HOST: Final = "127.0.0.1"
_PORTS: Final = range(1, 65536)
# Below the range from which systems take the ports of outgoing connections: nobody grabs one between picking and use.
_RANGE: Final = range(20000, 32000)


def chosen_port(text: str) -> int:
    """Return the BFF's port as HEALTHMED_PORT gives it; raise `SandboxError` where it cannot be used."""
    if not text.isdecimal() or int(text) not in _PORTS:
        message = f"HEALTHMED_PORT={text} is not a port: give a number from 1 to 65535."
        raise SandboxError(message)
    port = int(text)
    problem = _problem(port)
    if problem:
        message = (
            f"Port {port} cannot be used ({problem}): stop what listens there, "
            f"or choose another one, for instance HEALTHMED_PORT={free_ports(1)[0]}."
        )
        raise SandboxError(message)
    return port


def free_ports(count: int) -> list[int]:
    """Return `count` different ports on which nobody listens."""
    free = (port for port in random.SystemRandom().sample(_RANGE, len(_RANGE)) if not _problem(port))
    return [next(free) for _ in range(count)]


def _problem(port: int) -> str | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as failure:
            return failure.strerror
    return None
