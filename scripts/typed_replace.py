"""A mypy plugin that checks calls of `msgspec.structs.replace` against the fields of the value's class.

The library's own signature takes any field of any type. mypy can check `dataclasses.replace`. It can do the same for
classes like `msgspec.Struct`, which declare themselves as data classes.
"""

from collections.abc import Callable

from mypy.plugin import FunctionSigContext, Plugin
from mypy.plugins.dataclasses import replace_function_sig_callback
from mypy.types import CallableType, FunctionLike, Instance, get_proper_type

REPLACE = "msgspec.structs.replace"


class TypedReplace(Plugin):
    """Gives each call of `msgspec.structs.replace` a signature with the fields of the copied value's class."""

    def get_function_signature_hook(self, fullname: str) -> Callable[[FunctionSigContext], FunctionLike] | None:
        """Returns the hook for `msgspec.structs.replace`, and None for any other function."""
        return _signature if fullname == REPLACE else None


def _signature(context: FunctionSigContext) -> CallableType:
    """Returns a signature with the fields of the value's class.

    If the value is not a Struct, returns the library's own signature, so mypy reports the error.
    """
    given = get_proper_type(context.api.get_expression_type(context.args[0][0]))
    is_other = isinstance(given, Instance) and not given.type.has_base("msgspec.Struct")
    return context.default_signature if is_other else replace_function_sig_callback(context)


def plugin(_version: str) -> type[Plugin]:
    """Returns the plugin's class. mypy calls this function."""
    return TypedReplace
