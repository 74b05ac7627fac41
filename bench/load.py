"""A small load generator: prepared requests over kept connections, answers checked."""

from __future__ import annotations

import asyncio
import time


async def _connection(
    port: int, requests: asyncio.Queue[bytes], times: list[float], bad: list[bytes], expect: bytes, status: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while True:
        try:
            request = requests.get_nowait()
        except asyncio.QueueEmpty:
            break
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        body = await reader.readexactly(length)
        times.append(time.perf_counter() - started)
        if status not in head.split(b"\r\n")[0] or expect not in body:
            bad.append(head + body)
    writer.close()


def drive(port: int, requests: list[bytes], connections: int = 8, expect: bytes = b"", status: bytes = b" 200 ") -> tuple[float, float]:
    """Requests a second and the 99th percentile in seconds. Raises AssertionError on any wrong answer."""

    async def run() -> tuple[float, float]:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        for request in requests:
            queue.put_nowait(request)
        times: list[float] = []
        bad: list[bytes] = []
        started = time.perf_counter()
        await asyncio.gather(*(_connection(port, queue, times, bad, expect, status) for _ in range(connections)))
        spent = time.perf_counter() - started
        assert not bad, bad[0][:600]
        return len(times) / spent, sorted(times)[int(len(times) * 0.99) - 1]

    return asyncio.run(run())


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: engage.test\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def post(path: str, body: str, signature: str) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: engage.test\r\nX-Twilio-Signature: {signature}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
