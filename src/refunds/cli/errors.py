"""How a command fails: one clear line on stderr and a non-zero exit code.

Every command is wrapped in `command`, which also runs it, so that a person never gets a traceback or a half-closed
connection.
"""

import asyncio
import functools
import sys
from collections.abc import Awaitable, Callable
from typing import ParamSpec

import aiohttp

from refunds.texts import command_facts as facts
from refunds.texts.command_texts import line_of

P = ParamSpec("P")

FAILED, UNPAID, INTERRUPTED = 1, 3, 130
"""Not done; done, and the refund ended without paying; stopped by a person."""


class CommandFailed(Exception):
    """The line that a person reads: what failed and, if possible, what to do."""


def failure(fact: facts.CommandFact) -> CommandFailed:
    """The failure with the line of this fact."""
    return CommandFailed(line_of(fact))


def command(run: Callable[P, Awaitable[int]]) -> Callable[P, int]:
    """The command for the command line: returns the exit code, prints a failure as one line."""

    @functools.wraps(run)
    def as_called(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            return asyncio.run(_awaited(run, *args, **kwargs))
        except (KeyboardInterrupt, asyncio.CancelledError):
            return INTERRUPTED
        except CommandFailed as failure:
            return _failed(str(failure))
        except aiohttp.ClientConnectorError as error:
            return _failed(line_of(facts.NothingAnswers(host=error.host, port=error.port)))
        except (aiohttp.ClientError, TimeoutError) as error:
            return _failed(line_of(facts.ConnectionFailed(error=str(error) or type(error).__name__)))

    return as_called


async def _awaited(run: Callable[P, Awaitable[int]], *args: P.args, **kwargs: P.kwargs) -> int:
    return await run(*args, **kwargs)


def _failed(line: str) -> int:
    sys.stderr.write(f"refunds: {' '.join(line.split())}\n")
    return FAILED
