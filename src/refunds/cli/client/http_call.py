"""Sends one call of a command to an instance, and prints the response.

The response is printed as JSON, or by the function that the command passes as `view`.
"""

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
    """Sends one call to the instance and returns the response."""
    bearer = target.bearer()
    async with connected(target.address()) as client:
        return await client.send(call, bearer)


def announce(target: Target) -> None:
    """Prints on stderr for which caller the command signed a token. Prints nothing if a token was given."""
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
    """Sends the call, prints the response and returns the exit code.

    Raises CommandFailed if the API reports a problem. The exit code is 0, or the result of `code` if that is given.
    """
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
