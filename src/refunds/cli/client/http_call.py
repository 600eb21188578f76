"""Sends one call of a command to the instance, and prints the response as JSON or by a view."""

from collections.abc import Callable
from typing import TypeVar

from refunds.adapters.local.ids import SystemIds
from refunds.cli.client.client import Answer, Call, connected
from refunds.cli.client.instance_option import Target
from refunds.cli.views.output import error_console, print_json
from refunds.texts.notices.command_notices import KeyReplayed, KeyUsed
from refunds.texts.notices.notice_texts import notice_of

Body = TypeVar("Body")


async def send(target: Target, call: Call) -> Answer:
    """Sends one call and returns the response."""
    bearer = target.bearer()
    async with connected(target.address()) as client:
        return await client.send(call, bearer)


def announce(target: Target) -> None:
    """Prints on stderr as whom the command acted, if the command itself signed the token."""
    if not target.token:
        error_console().print(notice_of(target.identity()), highlight=False)


async def show(
    target: Target,
    call: Call,
    of: type[Body],
    view: Callable[[Body], None],
    as_json: bool,
    code: Callable[[Body], int] | None = None,
) -> int:
    """Prints the response and returns the exit code: that of `code`, or 0. Raises CommandFailed for a problem."""
    answer = await send(target, call)
    if answer.is_success or not as_json:
        announce(target)
    body = answer.read(of)
    if call.key:
        kind = KeyReplayed if answer.is_replay else KeyUsed
        error_console().print(notice_of(kind(key=call.key)), highlight=False)
    if as_json:
        print_json(answer.body)
    else:
        view(body)
    return 0 if code is None else code(body)


def key_or_new(key: str | None) -> str:
    """Returns the caller's Idempotency-Key, or a new one."""
    return key or SystemIds().new("key")
