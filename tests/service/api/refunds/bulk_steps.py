"""Steps on refunds by file that several files of tests share."""

import json
from typing import Any

from tests.support.http.site import Client, Reply

from refunds.domain.refund.bulk_file import FileRow, content_of

CSV = {"Content-Type": "text/csv; charset=utf-8"}


def content(rows: list[str]) -> str:
    return content_of([FileRow(number=1, payment_id="", content=row) for row in rows])


async def send(
    api: Client, text: str | bytes, *, key: str = "file", query: str = "", token: str | None = None, **headers: Any
) -> Reply:
    data = text if isinstance(text, bytes) else text.encode()
    return await api.post(f"/v1/refunds/bulk{query}", data=data, key=key, token=token, headers=headers or CSV)


def results(reply: Reply) -> list[dict[str, Any]]:
    assert reply.status == 200, reply.text
    assert reply.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in reply.text.splitlines()]
