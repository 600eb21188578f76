"""The naive design on the product's own database. Each request is one transaction over four documents.

`server.py` starts it as a separate process: `python -m bench.naive.mongo_app URI DATABASE PORT`. The web server is the
product's. There is no authorization and no validation, and nothing completes a refund.
"""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import msgspec
import uvloop
from pymongo.asynchronous.client_session import AsyncClientSession

from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.transactions import in_transaction
from refunds.runtime.http.serving import serve

PAYMENTS, REFUNDS, KEYS, OUTBOX = "payments", "refunds", "keys", "outbox"
CONNECTIONS = 64

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Body(msgspec.Struct):
    """The members of a request that the endpoint stores."""

    payment_id: str
    amount: int
    currency: str


async def run(uri: str, database_name: str, port: int) -> None:
    """Serves until SIGTERM."""
    async with connect(uri, connections_max=CONNECTIONS, application="bench-naive") as client:
        database = open_database(client, database_name)
        numbers = count()

        async def create(body: Body, key: str) -> str | None:
            refund_id = f"ref_{next(numbers):08d}"
            refund = {"_id": refund_id, "payment_id": body.payment_id, "amount": body.amount, "status": "requested"}

            async def work(session: AsyncClientSession) -> bool:
                fits = {"$expr": {"$lte": [{"$add": ["$reserved_amount", body.amount]}, "$captured_amount"]}}
                reserve = {"$inc": {"reserved_amount": body.amount, "version": 1}}
                where = {"_id": body.payment_id, "currency": body.currency, **fits}
                done = await database[PAYMENTS].update_one(where, reserve, session=session)
                if not done.matched_count:
                    return False
                await database[KEYS].insert_one({"_id": key, "refund_id": refund_id}, session=session)
                await database[REFUNDS].insert_one(refund, session=session)
                await database[OUTBOX].insert_one({"type": "refund.requested", "refund": refund}, session=session)
                return True

            return refund_id if await in_transaction(database, work) else None

        async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
            content, is_more = b"", True
            while is_more:
                message = await receive()
                content += message.get("body", b"")
                is_more = message.get("more_body", False)
            key = next((value.decode() for name, value in scope["headers"] if name == b"idempotency-key"), "")
            refund_id = await create(msgspec.json.decode(content, type=Body), key)
            answer = msgspec.json.encode({"id": refund_id})
            status = 201 if refund_id else 422
            headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": answer})

        serving = await serve(app, "127.0.0.1", port)
        stopped = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
        await stopped.wait()
        await serving.stop()


if __name__ == "__main__":
    uvloop.run(run(sys.argv[1], sys.argv[2], int(sys.argv[3])))
