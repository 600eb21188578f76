"""Reports a failed command as one line on stderr, or with --json as a problem document, with a non-zero exit code."""

import asyncio
import functools
import inspect
import sys
from collections.abc import Awaitable, Callable
from typing import ParamSpec

import aiohttp
import msgspec

from refunds.texts import command_facts as facts
from refunds.texts.command_texts import line_of

P = ParamSpec("P")

FAILED, UNPAID, INTERRUPTED = 1, 3, 130
"""Exit codes: failed; done, but the refund ended without paying; stopped by a person."""


AS_JSON = "as_json"
"""The name of the parameter that commands have for `--json`."""


class CommandFailed(Exception):
    """Raised if a command failed. The message is one line for a person, with what to do if this is known.

    `problem` is the API's problem document, for programs. It is empty if the API gave none.
    """

    def __init__(self, line: str, problem: bytes = b"") -> None:
        super().__init__(line)
        self.problem = problem


def failure(fact: facts.CommandFact) -> CommandFailed:
    """Returns an error whose line describes this fact."""
    return CommandFailed(line_of(fact))


def command(run: Callable[P, Awaitable[int]]) -> Callable[P, int]:
    """Wraps a function as a command. The command returns the exit code, and prints a failure as one line."""
    signature = inspect.signature(run)

    @functools.wraps(run)
    def as_called(*args: P.args, **kwargs: P.kwargs) -> int:
        fail = _failed_as_json if signature.bind(*args, **kwargs).arguments.get(AS_JSON) else _failed
        try:
            return asyncio.run(_awaited(run, *args, **kwargs))
        except (KeyboardInterrupt, asyncio.CancelledError):
            return INTERRUPTED
        except CommandFailed as failed:
            return fail(str(failed), failed.problem)
        except aiohttp.ClientConnectorError as error:
            return fail(line_of(facts.NothingAnswers(host=error.host, port=error.port)))
        except (aiohttp.ClientError, TimeoutError) as error:
            return fail(line_of(facts.ConnectionFailed(error=str(error) or type(error).__name__)))

    return as_called


async def _awaited(run: Callable[P, Awaitable[int]], *args: P.args, **kwargs: P.kwargs) -> int:
    return await run(*args, **kwargs)


def _failed(line: str, _problem: bytes = b"") -> int:
    sys.stderr.write(f"refunds: {' '.join(line.split())}\n")
    return FAILED


def _failed_as_json(line: str, problem: bytes = b"") -> int:
    own = {"title": "The command failed", "code": "command_failed", "detail": " ".join(line.split())}
    try:
        document = msgspec.json.decode(problem, type=dict[str, object])
    except msgspec.DecodeError:
        document = {}
    shown = document if "code" in document else own
    sys.stderr.write(msgspec.json.encode(shown).decode() + "\n")
    return FAILED
