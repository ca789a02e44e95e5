import socket

import pytest

from sandbox.errors import SandboxError
from sandbox.ports import HOST, chosen_port, free_ports


@pytest.mark.parametrize("address", [HOST, ""])
def test_a_taken_port_names_another_one(address: str) -> None:
    with socket.create_server((address, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(SandboxError, match=rf"Port {port} cannot be used .* HEALTHMED_PORT=\d+"):
            chosen_port(str(port))


@pytest.mark.parametrize("text", ["", "http", "0", "65536", "-1", "8000 "])
def test_what_is_no_port_says_so(text: str) -> None:
    with pytest.raises(SandboxError, match="is not a port"):
        chosen_port(text)


def test_free_ports_are_different_and_usable() -> None:
    ports = free_ports(5)
    assert len(set(ports)) == 5
    assert [chosen_port(str(port)) for port in ports] == ports
