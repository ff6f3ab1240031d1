# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""What the tutorials use aiohttp and httpx for, with the standard library only: a Session over kept connections.

TUTORIAL_SITE names the server: examples/site_server, which the runner and the tests start.
"""
import asyncio
import json
import os
import re
import traceback
import urllib.parse
from collections.abc import AsyncIterator
from http import HTTPStatus

from support.pace import seconds

SITE = os.environ.get("TUTORIAL_SITE", "http://127.0.0.1:8000")


def page(path: str) -> str:
    return SITE + path


def slow_page(number: float, path: str = "/") -> str:
    """A page that comes after so many of the tutorial's seconds."""
    return page(f"{path}?slow={round(seconds(number) * 1000)}")


def hrefs(html: str) -> list[str]:
    """What stands in the page's href="…", in order."""
    return re.findall(r'href="(.*?)"', html)


class HttpError(Exception):
    """The server answered, but not with the page."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"[{status}]: {message}")
        self.status, self.message = status, message


class ConnectionBroken(Exception):
    """The connection could not be made, or ended before the answer did."""


class Response:
    def __init__(self, status: int, url: str, headers: dict[str, str], body: bytes) -> None:
        self.status, self.url, self.headers, self.body = status, url, headers, body

    def raise_for_status(self) -> None:
        if self.status >= 400:
            raise HttpError(self.status, HTTPStatus(self.status).phrase)

    def text(self) -> str:
        return self.body.decode()

    def json(self):
        return json.loads(self.body)


class Session:
    """Keeps its connections for the next request to the same server; `async with` closes them."""

    def __init__(self) -> None:
        self._idle: dict[str, list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]] = {}
        self.opened = 0
        self._loop = asyncio.get_running_loop()
        self._made_at = ""
        if self._loop.get_debug():
            frame = traceback.extract_stack(limit=2)[0]
            self._made_at = f", made at {frame.filename}:{frame.lineno}"

    def __del__(self) -> None:
        if self._idle:
            self._loop.call_exception_handler({"message": f"Unclosed session{self._made_at}"})
            self.close()

    async def __aenter__(self) -> "Session":
        return self

    async def __aexit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        for _, writer in sum(self._idle.values(), []):
            writer.close()
        self._idle.clear()

    async def get(self, url: str) -> Response:
        return await self._follow("GET", url, "", b"")

    async def post_form(self, url: str, fields: dict[str, str]) -> Response:
        body = urllib.parse.urlencode(fields).encode()
        return await self._follow("POST", url, "application/x-www-form-urlencoded", body)

    async def post_json(self, url: str, value) -> Response:
        return await self._follow("POST", url, "application/json", json.dumps(value).encode())

    async def stream(self, url: str) -> AsyncIterator[bytes]:
        """The body of a page, piece by piece, as it comes."""
        reader, writer, status, headers = await self._ask("GET", url, "", b"")
        Response(status, url, headers, b"").raise_for_status()
        left = int(headers["content-length"])
        while left and (piece := await reader.read(min(left, 64 * 1024))):
            left -= len(piece)
            yield piece
        self._keep(url, reader, writer)

    async def _follow(self, method: str, url: str, content_type: str, body: bytes) -> Response:
        for _ in range(11):
            reader, writer, status, headers = await self._ask(method, url, content_type, body)
            try:
                content = await reader.readexactly(int(headers.get("content-length", "0")))
            except (OSError, EOFError) as error:
                raise ConnectionBroken("connection broken") from error
            if headers.get("connection") == "close":
                writer.close()
            else:
                self._keep(url, reader, writer)
            if "location" not in headers:
                return Response(status, url, headers, content)
            url = urllib.parse.urljoin(url, headers["location"])
        raise HttpError(status, "too many redirects")

    async def _ask(self, method: str, url: str, content_type: str, body: bytes):
        parts = urllib.parse.urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        head = f"{method} {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        if method == "POST":
            head += f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
        try:
            reader, writer = await self._connect(parts.hostname, parts.port or 80, parts.netloc)
            writer.write(head.encode() + b"\r\n" + body)
            status = int((await reader.readline()).split()[1])
            headers = {}
            while (line := (await reader.readline()).decode().strip()):
                name, value = line.split(":", 1)
                headers[name.lower()] = value.strip()
        except (OSError, EOFError, IndexError) as error:
            raise ConnectionBroken("connection broken") from error
        return reader, writer, status, headers

    async def _connect(self, host: str, port: int, key: str):
        if self._idle.get(key):
            return self._idle[key].pop()
        self.opened += 1
        return await asyncio.open_connection(host, port)

    def _keep(self, url: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._idle.setdefault(urllib.parse.urlsplit(url).netloc, []).append((reader, writer))
