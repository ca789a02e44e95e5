"""Which network address a caller counts as."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from starlette.requests import HTTPConnection

# Providers give each customer a /64 at least: whoever has one has all of its 2**64 addresses.
_IPV6_PREFIX_BITS: Final = 64
_KEPT: Final = 1_000


def client_address(connection: HTTPConnection, trusted_proxies: int) -> str:
    """Return the IPv4 address, or the IPv6 /64, that the client comes from.

    With no trusted proxy it is the socket's peer, and no header is read: anybody can send one. With N of them it is
    the N-th entry of `X-Forwarded-For` from the right, which the outermost of them wrote. A request with fewer
    entries, or with something else than an address there, did not come that way: it counts as the socket's peer.
    """
    entries = [entry for line in connection.headers.getlist("x-forwarded-for") for entry in line.split(",")]
    if trusted_proxies and len(entries) >= trusted_proxies:
        forwarded = _counted(entries[-trusted_proxies].strip())
        if forwarded:
            return forwarded
    peer = connection.client.host if connection.client else ""
    # A Unix socket has no address: who may open it is one caller.
    return _counted(peer) or "local"


@lru_cache(maxsize=_KEPT)
def _counted(text: str) -> str | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), _IPV6_PREFIX_BITS), strict=False))
    return str(address)
