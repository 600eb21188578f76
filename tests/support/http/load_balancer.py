"""What the load balancer does on AWS: one address, each path led to its service. Runs as a process of its own.

`python -m tests.support.http.load_balancer PORT ROUTES`, with the routes as JSON: beginnings of paths to addresses, of
which the first that fits counts. It adds nothing and checks nothing.
"""

import json
import sys
from collections.abc import AsyncIterator, Mapping

from aiohttp import ClientSession, web

HOST = "127.0.0.1"
HOP_BY_HOP = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})
BODY_BYTES_MAX = 32 * 1024 * 1024

SESSION = web.AppKey("session", ClientSession)


def load_balancer(routes: Mapping[str, str]) -> web.Application:
    """The application."""

    async def opened(app: web.Application) -> AsyncIterator[None]:
        async with ClientSession(auto_decompress=False) as session:
            app[SESSION] = session
            yield

    async def lead(request: web.Request) -> web.Response:
        target = next(url for beginning, url in routes.items() if request.path.startswith(beginning))
        headers = {name: text for name, text in request.headers.items() if name.lower() not in HOP_BY_HOP}
        url, body = f"{target}{request.rel_url}", await request.read()
        async with request.app[SESSION].request(request.method, url, data=body, headers=headers) as answer:
            kept = {name: text for name, text in answer.headers.items() if name.lower() not in HOP_BY_HOP}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)

    app = web.Application(client_max_size=BODY_BYTES_MAX)
    app.cleanup_ctx.append(opened)
    app.router.add_route("*", "/{path:.*}", lead)
    return app


if __name__ == "__main__":
    web.run_app(load_balancer(json.loads(sys.argv[2])), host=HOST, port=int(sys.argv[1]), print=None)
