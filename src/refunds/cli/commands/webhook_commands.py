"""Defines `refunds webhooks`, which shows and removes signed webhooks that could not be read.

These webhooks wait for an operator. The command uses the database directly.
"""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App

from refunds.adapters.mongo.gateway.unread_webhooks import MongoUnreadWebhooks
from refunds.cli.client.instance_option import READY_FILE, AsJson, read_instance
from refunds.cli.client.response_models import moment
from refunds.cli.client.whole_numbers import whole
from refunds.cli.database import database_of
from refunds.cli.errors import command, failure
from refunds.cli.views.output import console, harmless, print_fields, print_json, print_table
from refunds.ports.gateway.unread_webhooks import UnreadWebhook, UnreadWebhooks
from refunds.texts import command_facts as facts
from refunds.texts.notices.command_notices import BodyCut, BodySize, MoreWebhooks, NoWebhookWaits, WebhookRemoved
from refunds.texts.notices.notice_texts import notice_of

app = App(name="webhooks", help="Show and remove webhooks that could not be read.")

LISTED_MAX = 500
"""Maximum number of webhooks that are listed. Each webhook has a body of up to 64 KiB."""

ListedMax = Annotated[int, whole(gte=1, lte=LISTED_MAX)]


class UnreadWebhookOut(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One webhook as JSON.

    `bytes` is the size of its stored body. `body_base64` is set only if one webhook is shown.
    """

    gateway: str
    webhook_id: str
    received_at: datetime
    why: str
    bytes: int
    is_cut: bool
    body_base64: str | None = None


class UnreadWebhooksOut(msgspec.Struct, kw_only=True, frozen=True):
    """The oldest webhooks as JSON; `count` counts all."""

    count: int
    data: list[UnreadWebhookOut]


@app.command
@command
async def unread(*, limit: ListedMax = 100, ready_file: Path = READY_FILE, as_json: AsJson = False) -> int:
    """List the signed webhooks that could not be read, the oldest first. These webhooks changed nothing.

    Parameters
    ----------
    limit
        Maximum number of webhooks to list, up to 500.
    ready_file
        Written by `refunds up`; contains the address of the database.
    """
    async with _store(ready_file) as store:
        count, kept = await store.count(), await store.oldest(limit)
    if as_json:
        print_json(msgspec.json.encode(UnreadWebhooksOut(count=count, data=[_out(webhook) for webhook in kept])))
        return 0
    if not kept:
        console().print(notice_of(NoWebhookWaits()))
        return 0
    rows = ((each.gateway, each.webhook_id, moment(each.received_at), each.why, f"{len(each.body):,}") for each in kept)
    print_table(("gateway", "webhook", "received", "why", ">bytes"), rows)
    if count > len(kept):
        console().print(notice_of(MoreWebhooks(count=count - len(kept))))
    return 0


@app.command
@command
async def show(gateway: str, webhook_id: str, *, ready_file: Path = READY_FILE, as_json: AsJson = False) -> int:
    """Show one webhook with its body, which may contain personal data.

    Parameters
    ----------
    gateway
        Name of the gateway, as `refunds webhooks unread` lists it.
    webhook_id
        The gateway's id of the webhook.
    ready_file
        Written by `refunds up`; contains the address of the database.
    """
    async with _store(ready_file) as store:
        webhook = await store.find(gateway, webhook_id)
    if webhook is None:
        raise failure(facts.NoSuchWebhook(gateway=gateway, webhook_id=webhook_id))
    if as_json:
        body = base64.b64encode(webhook.body).decode()
        print_json(msgspec.json.encode(msgspec.structs.replace(_out(webhook), body_base64=body)))
        return 0
    size = notice_of((BodyCut if webhook.is_cut else BodySize)(size=len(webhook.body)))
    fields = (
        ("gateway", webhook.gateway),
        ("webhook", webhook.webhook_id),
        ("received", moment(webhook.received_at)),
        ("why", webhook.why),
        ("body", size),
    )
    print_fields(fields)
    console().print(harmless(webhook.body.decode(errors="backslashreplace")), soft_wrap=True)
    return 0


@app.command
@command
async def done(gateway: str, webhook_id: str, *, ready_file: Path = READY_FILE, as_json: AsJson = False) -> int:
    """Remove one webhook after you have looked up its refund at the gateway. A removed webhook cannot be restored.

    Parameters
    ----------
    gateway
        Name of the gateway, as `refunds webhooks unread` lists it.
    webhook_id
        The gateway's id of the webhook.
    ready_file
        Written by `refunds up`; contains the address of the database.
    """
    async with _store(ready_file) as store:
        if not await store.remove(gateway, webhook_id):
            raise failure(facts.NoSuchWebhook(gateway=gateway, webhook_id=webhook_id))
        left = await store.count()
    if as_json:
        print_json(msgspec.json.encode({"gateway": gateway, "webhook_id": webhook_id, "left": left}))
    else:
        console().print(notice_of(WebhookRemoved(left=left)))
    return 0


@asynccontextmanager
async def _store(ready_file: Path) -> AsyncIterator[UnreadWebhooks]:
    async with database_of(read_instance(ready_file), "refunds-webhooks") as database:
        yield MongoUnreadWebhooks(database)


def _out(webhook: UnreadWebhook) -> UnreadWebhookOut:
    return UnreadWebhookOut(
        gateway=webhook.gateway,
        webhook_id=webhook.webhook_id,
        received_at=webhook.received_at,
        why=webhook.why,
        bytes=len(webhook.body),
        is_cut=webhook.is_cut,
    )
