"""How the files of services/ attach to moto: an action that it lacks, one that it answers wrongly, a memory.

Attaching what moto already has is refused, so that a newer moto tells which extension can go.
"""

from collections import defaultdict
from collections.abc import Callable, MutableMapping
from typing import Any, TypeVar

from moto.core.responses import BaseResponse

Function = TypeVar("Function", bound=Callable[..., Any])
Record = dict[str, Any]

# In the user agent of what the emulator asks itself: it need not wait for its own turn.
ITSELF = "emulator-itself"

new_services: dict[str, type[BaseResponse]] = {}

_memory: defaultdict[tuple[str, str, str], dict[str, Record]] = defaultdict(dict)


class AlreadyThereError(Exception):
    """Moto has by now what the extension would add."""


class NothingToReplaceError(Exception):
    """Moto no longer has what the extension would replace."""


def adds(owner: type) -> Callable[[Function], Function]:
    """Give `owner`, a response or back end of moto, a method that it lacks."""

    def attach(method: Function) -> Function:
        if hasattr(owner, method.__name__):
            raise AlreadyThereError(f"{owner.__name__}.{method.__name__}")
        setattr(owner, method.__name__, method)
        return method

    return attach


def replaces(owner: type, name: str | None = None) -> Callable[[Function], Function]:
    """Put a method in the place of one of `owner`; it is called with the original in front of its arguments."""

    def attach(method: Function) -> Function:
        replaced = name or method.__name__
        original = getattr(owner, replaced, None)
        if original is None:
            raise NothingToReplaceError(f"{owner.__name__}.{replaced}")

        def call(*arguments: Any, **named: Any) -> Any:
            return method(original, *arguments, **named)

        call.__name__ = replaced
        setattr(owner, replaced, call)
        return method

    return attach


def answers_paths(url_paths: MutableMapping[str, Any], response: type[BaseResponse], *paths: str) -> None:
    """Send requests of these paths to `response`, which finds the action by AWS's own description."""
    for path in paths:
        url_paths.setdefault("{0}" + path, response.dispatch)


def adds_service(name: str, response: type[BaseResponse]) -> None:
    """Have a whole service, of which moto knows nothing, answered by `response`."""
    new_services[name] = response


def given(response: BaseResponse) -> Record:
    """The parameters of the request, read by AWS's own description of the action."""
    response.parse_parameters(response.normalized_request)
    return dict(response.params)


def memory(response: BaseResponse, kind: str) -> dict[str, Record]:
    """What the caller's account and region hold of `kind`, by name."""
    return _memory[response.current_account, response.region, kind]


def forget() -> None:
    """Lose everything that `memory` ever gave out."""
    _memory.clear()
