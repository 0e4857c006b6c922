"""The workspace's web server: the bot's door, the page, and the page's controls. Loopback only.

Refuses requests under any other host name and posts from other pages, so that no web site can reach in.
"""

from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from bot.local import api, control
from bot.local.api import WORKSPACE
from bot.local.workspace import Workspace

HOST = "127.0.0.1"
HERE = frozenset({HOST, "localhost"})
PAGE = Path(__file__).parent / "page"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
BIGGEST = 4 * 1024 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PortTaken(Exception):
    """Something else listens there already."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is taken: is the local workspace already running? "
            "Stop the other one, or choose another port."
        )
        self.port = port


@web.middleware
async def only_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Against rebinding of names and posts from other sites; and the page's security headers."""
    if urlsplit(f"//{request.host}").hostname not in HERE:
        raise web.HTTPForbidden(text="This workspace answers on this machine only.")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="This workspace answers to its own page only.")
    return await handler(request)


async def secured(request: web.Request, response: web.StreamResponse) -> None:
    """The page loads nothing from elsewhere."""
    del request
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Cache-Control", "no-store")


async def index(_: web.Request) -> web.StreamResponse:
    """The page."""
    return web.FileResponse(PAGE / "index.html")


def build_app(workspace: Workspace) -> web.Application:
    """The whole server around one workspace; closing it does not close the workspace."""
    app = web.Application(middlewares=[only_here], client_max_size=BIGGEST)
    app[WORKSPACE] = workspace
    app.on_response_prepare.append(secured)
    app.add_routes([*api.routes(), *control.routes(), web.get("/", index)])
    app.router.add_static("/page", PAGE)
    return app


async def serve(workspace: Workspace, port: int = 0) -> web.AppRunner:
    """Listen on 127.0.0.1:`port` (0: any free one) and set `workspace.base`; raises `PortTaken`.

    `await runner.cleanup()` stops the server; then `await workspace.close()`.
    """
    runner = web.AppRunner(build_app(workspace), access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, HOST, port)
    try:
        await site.start()
    except OSError as failed:
        await runner.cleanup()
        if failed.errno == errno.EADDRINUSE:
            raise PortTaken(port) from failed
        raise
    workspace.base = f"http://{HOST}:{runner.addresses[0][1]}"
    workspace.courier.resume()
    return runner
