"""Which address a caller counts as: nobody gets another one by a header, or by the rest of their own network."""

import pytest
from starlette.requests import HTTPConnection

from bff.admission.address import client_address

PEER = "198.51.100.7"


def address(*forwarded: str, peer: str | None = PEER, trusted_proxies: int = 0) -> str:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    client = (peer, 50_000) if peer is not None else None
    return client_address(HTTPConnection({"type": "http", "headers": headers, "client": client}), trusted_proxies)


def test_without_proxies_no_header_is_believed() -> None:
    assert address() == PEER
    assert address("203.0.113.1") == PEER
    assert address("203.0.113.1, 203.0.113.2", "203.0.113.3") == PEER


@pytest.mark.parametrize(
    ("trusted_proxies", "forwarded", "expected"),
    [
        (1, ["203.0.113.1"], "203.0.113.1"),
        (1, ["10.0.0.1, 203.0.113.1"], "203.0.113.1"),
        (2, ["10.0.0.1, 203.0.113.1 , 192.0.2.1"], "203.0.113.1"),
        (2, ["10.0.0.1", "203.0.113.1", "192.0.2.1"], "203.0.113.1"),
        (3, ["10.0.0.1, 203.0.113.1", "192.0.2.1,192.0.2.2"], "203.0.113.1"),
    ],
)
def test_the_outermost_trusted_proxy_says_who_it_was(trusted_proxies: int, forwarded: list[str], expected: str) -> None:
    """What is further left, the caller wrote."""
    assert address(*forwarded, trusted_proxies=trusted_proxies) == expected


@pytest.mark.parametrize("forwarded", [[], [""], ["unknown"], ["a, b"], ["203.0.113.1"], ["::x, "], ["1, 203.0.113.1"]])
def test_a_request_that_came_another_way_counts_as_the_peer(forwarded: list[str]) -> None:
    assert address(*forwarded, trusted_proxies=2) == PEER


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:198.51.100.7", PEER),
        ("fe80::1%eth0", "fe80::/64"),
        ("testserver", "local"),
        (None, "local"),
    ],
)
def test_a_network_of_one_customer_is_one_address(peer: str | None, expected: str) -> None:
    assert address(peer=peer) == expected
    if peer:
        assert address(peer, peer="192.0.2.1", trusted_proxies=1) in {expected, "192.0.2.1"}
