"""The direct way's connections: how many, how long, and whose turn it is."""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from clients.transports import direct as direct_module
from clients.transports.direct import Direct
from clients.transports.transport import Answer, NoAnswer, Transport
from tests.clients.servers import be_silent, serving
from tests.clients.transports.keeping import keeping, ok

pytestmark = pytest.mark.anyio


def small(connections: int = 2, *, keep_alive_seconds: float = 30, connect_timeout_seconds: float = 2) -> Direct:
    return Direct(
        connections=connections,
        keep_alive_seconds=keep_alive_seconds,
        connect_timeout_seconds=connect_timeout_seconds,
    )


async def get(transport: Transport, url: str, timeout_seconds: float = 5) -> Answer:
    return await transport.exchange("GET", url, {}, None, max_body_bytes=1_000, timeout_seconds=timeout_seconds)


async def test_calls_in_a_row_share_a_connection() -> None:
    async with keeping(lambda _: (ok(), False)) as server, small() as direct:
        for _ in range(10):
            await get(direct, f"{server.url}/")
        assert server.opened == 1


async def test_no_more_connections_than_the_setting_says() -> None:
    """The calls beyond wait for their turn, and all get one."""
    async with keeping(lambda _: (ok(), False), delay_seconds=0.005) as server, small(3) as direct:
        await asyncio.gather(*(get(direct, f"{server.url}/{n}") for n in range(30)))
        assert (server.opened, server.most, len(server.requests)) == (3, 3, 30)


async def test_a_call_that_gets_no_turn_in_time() -> None:
    async with serving(be_silent) as server, small(1) as direct, asyncio.timeout(5):
        first = asyncio.create_task(get(direct, f"{server.url}/"))
        await server.asked.wait()
        with pytest.raises(NoAnswer, match="PoolTimeout"):
            await get(direct, f"{server.url}/", timeout_seconds=0.05)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)


@pytest.mark.parametrize("gone", ["before its turn", "as its turn comes"])
async def test_a_call_that_leaves_the_queue_gives_its_turn_on(gone: str) -> None:
    async with keeping(lambda _: (ok(), False), delay_seconds=0.05) as server, small(1) as direct, asyncio.timeout(5):
        first = asyncio.create_task(get(direct, f"{server.url}/1"))
        second = asyncio.create_task(get(direct, f"{server.url}/2"))
        third = asyncio.create_task(get(direct, f"{server.url}/3"))
        await asyncio.sleep(0.01)
        if gone == "as its turn comes":
            first.add_done_callback(lambda _: second.cancel())
        else:
            second.cancel()
        assert list(await asyncio.gather(first, third)) == [Answer(200, b"{}"), Answer(200, b"{}")]
        assert len(server.requests) in {2, 3}


async def test_a_cancelled_call_makes_room() -> None:
    """Its connection is closed, and the next call opens one."""
    async with serving(be_silent) as server, small(1) as direct, asyncio.timeout(5):
        for opened in range(1, 4):
            running = asyncio.create_task(get(direct, f"{server.url}/"))
            await server.asked.wait()
            server.asked.clear()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            assert server.opened == opened


async def test_a_connection_that_nobody_needs_is_closed() -> None:
    async with keeping(lambda _: (ok(), False)) as server, small(keep_alive_seconds=0.05) as direct:
        await asyncio.gather(get(direct, f"{server.url}/"), get(direct, f"{server.url}/"))
        async with asyncio.timeout(5):
            await server.quiet()
        await get(direct, f"{server.url}/")
        assert server.opened == 3


async def test_one_that_is_too_old_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the loop was too busy to close it in time."""
    async with keeping(lambda _: (ok(), False)) as server, small(keep_alive_seconds=10) as direct:
        await get(direct, f"{server.url}/")
        monkeypatch.setattr(direct._pools[server.url], "_keep_alive_seconds", 0.0)
        await get(direct, f"{server.url}/")
        assert server.opened == 2


async def test_closing_ends_every_connection() -> None:
    async with keeping(lambda _: (ok(), False)) as server:
        async with small() as direct:
            await get(direct, f"{server.url}/")
            assert server.open == 1
        async with asyncio.timeout(5):
            await server.quiet()


async def test_closing_ends_the_calls_that_run() -> None:
    async with serving(be_silent) as server, asyncio.timeout(5):
        async with small() as direct:
            running = asyncio.create_task(get(direct, f"{server.url}/"))
            await server.asked.wait()
        with pytest.raises(NoAnswer):
            await running


async def test_a_server_that_does_not_take_the_connection() -> None:
    """An address that accepts, but whose TLS handshake never comes."""
    async with serving(be_silent) as server, small(connect_timeout_seconds=0.05) as direct, asyncio.timeout(5):
        with pytest.raises(NoAnswer, match="ConnectTimeout"):
            await get(direct, server.url.replace("http:", "https:") + "/")


async def test_a_failed_connection_leaves_room_for_the_next() -> None:
    async with serving(be_silent) as server:
        url = server.url
    async with small(1) as direct:
        for _ in range(3):
            with pytest.raises(NoAnswer, match="ConnectError"):
                await get(direct, f"{url}/")


async def test_a_certificate_that_nobody_vouches_for(transport: Transport, tmp_path: Path) -> None:
    async with tls_server(tmp_path) as (url, _):
        with pytest.raises(NoAnswer, match="ConnectError"):
            await get(transport, f"{url}/")


async def test_a_certificate_that_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with tls_server(tmp_path) as (url, trusting), small() as direct:
        monkeypatch.setattr(direct_module, "_tls", lambda: trusting)
        for _ in range(2):
            assert await get(direct, f"{url}/") == Answer(200, b"{}")
        with pytest.raises(NoAnswer, match="ConnectError"):
            await get(direct, url.replace("localhost", "127.0.0.1") + "/")


@asynccontextmanager
async def tls_server(folder: Path) -> AsyncIterator[tuple[str, ssl.SSLContext]]:
    """Serve under a certificate of our own for localhost; yield the URL, and a context that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    pem = certificate.public_bytes(Encoding.PEM)
    file.write_bytes(pem + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    serving_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving_context.load_cert_chain(file)
    trusting = ssl.create_default_context(cadata=pem.decode())
    async with keeping(lambda _: (ok(), False), tls=serving_context) as server:
        yield server.url, trusting
