"""Plugin of mypy: checks the fields and types of `msgspec.structs.replace` by the class of the value.

The library's own signature takes any field of any type. mypy already knows how to check `dataclasses.replace`, also for
classes like `msgspec.Struct` that declare themselves as data classes.
"""

from collections.abc import Callable

from mypy.plugin import FunctionSigContext, Plugin
from mypy.plugins.dataclasses import replace_function_sig_callback
from mypy.types import CallableType, FunctionLike, Instance, get_proper_type

REPLACE = "msgspec.structs.replace"


class TypedReplace(Plugin):
    """Gives `msgspec.structs.replace` the signature of the class that it copies."""

    def get_function_signature_hook(self, fullname: str) -> Callable[[FunctionSigContext], FunctionLike] | None:
        """The hook of this one function."""
        return _signature if fullname == REPLACE else None


def _signature(context: FunctionSigContext) -> CallableType:
    """That of the value's class; the library's own one, which then fails, if the value is no Struct."""
    given = get_proper_type(context.api.get_expression_type(context.args[0][0]))
    is_other = isinstance(given, Instance) and not given.type.has_base("msgspec.Struct")
    return context.default_signature if is_other else replace_function_sig_callback(context)


def plugin(_version: str) -> type[Plugin]:
    """Entry point for mypy."""
    return TypedReplace
