"""The simulation's own HTTP client, on a real socket."""

import asyncio

from hall_platform.simulation.wire import Wire

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


async def asked_of_who_hangs_up():
    """Two questions to a platform that closes a connection after its answer."""
    hung_up = asyncio.Event()

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await writer.drain()
        writer.close()
        hung_up.set()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        wire = Wire(*server.sockets[0].getsockname()[:2])
        statuses = [(await wire.ask("GET", "/v1/health", "token")).status]
        await hung_up.wait()
        (idle,) = wire._idle
        while not idle.is_over:
            await asyncio.sleep(0)
        statuses.append((await wire.ask("GET", "/v1/health", "token")).status)
        wire.close()
        return statuses


def test_a_connection_that_the_platform_closed_is_not_used_again():
    assert asyncio.run(asyncio.wait_for(asked_of_who_hangs_up(), 20)) == [200, 200]
