"""Generates docs/configuration.md from the classes of settings: `scripts/configuration_page` writes it.

A setting's meaning is the docstring below its field. Who reads it is found in the code: what a service's package reads
belongs to that service, what the shared start of a process reads belongs to all.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, fields
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from refunds.cli import anchor_place
from refunds.cli.client import instance_option
from refunds.kit.config import Secret
from refunds.runtime.process import health_check, migration, secret_source, settings
from refunds_embedded.launcher.instance import settings as launcher

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "configuration.md"
SERVICES = ROOT / "src" / "refunds" / "services"
SHARED = ROOT / "src" / "refunds" / "runtime"
PLAN = ROOT / "embedded" / "refunds_embedded" / "launcher" / "supervision" / "process_plan.py"

UNITS = {r"_s$": "seconds", r"_mb$": "MiB", r"_gb$": "GiB", r"(^|_)bytes_": "bytes"}
TYPES = {str: "text", Secret: "secret", int: "whole number", float: "number", bool: "`1` or `0`", Path: "path"}

HEAD = """# Configuration
Generated from the settings in the code by `scripts/configuration_page`; a test fails where the two differ.

Every process reads its environment once, at its start, and lists all mistakes together; a service then ends with exit
code 2. An empty variable counts as absent. Secrets are shown in no log and no message.

Limits that depend on tenants (amounts, windows, approvals) are no settings but parameters: `refunds parameters list`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One table: a class of settings, the module that has it, and the prefix of its variables."""

    title: str
    shape: type
    module: Any
    prefix: str = "REFUNDS_"
    says: str = ""


GROUPS = (
    Group(
        title="Services",
        shape=settings.ServiceSettings,
        module=settings,
        says="`python -m refunds SERVICE`: api, parameter-resolution, request-manager, gateway-integration,\n"
        "reporting-engine; and `all` in one process. `refunds up` hands its environment to them,\n"
        "and sets these itself: "
        "{set_by_up}.",
    ),
    Group(
        title="Secret of a service or of the migration",
        shape=secret_source.SecretSource,
        module=secret_source,
        says='Read first. The secret is a JSON object, such as `{{"mongodb_uri": "mongodb://…"}}`.',
    ),
    Group(title="`refunds migrate`", shape=migration.MigrationSettings, module=migration),
    Group(title="`python -m refunds health`", shape=health_check.HealthCheckSettings, module=health_check),
    Group(
        title="`refunds verify` and `refunds audit`",
        shape=anchor_place.AnchorBucket,
        module=anchor_place,
        says="Without a bucket, anchors are read from the data folder of the instance.",
    ),
    Group(
        title="`refunds up`",
        shape=launcher.LauncherSettings,
        module=launcher,
        prefix=launcher.PREFIX,
        says="Limits of the launcher; what is chosen for one start are options, `refunds up --help`.",
    ),
)


def configuration_page() -> str:
    """The whole page as Markdown, ending in a newline."""
    tables = [text for group in GROUPS for text in ("", f"## {group.title}", *_says(group), "", *_table(group))]
    return "\n".join((HEAD.rstrip("\n"), *tables, "", *_commands(), "", *_sandbox())) + "\n"


def variables() -> frozenset[str]:
    """Each variable that the tables name."""
    of_settings = {group.prefix + field.name.upper() for group in GROUPS for field in fields(group.shape)}
    return frozenset({*of_settings, *_option_variables().values()})


def meanings(group: Group) -> dict[str, str]:
    """The docstrings of a class's fields by field; a field without one is left out."""
    tree = ast.parse(Path(group.module.__file__).read_text(encoding="utf-8"))
    body = next(n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == group.shape.__name__)
    return {
        field.target.id: " ".join(str(text.value.value).split())
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
    }


def readers(name: str) -> str:
    """Which services read a field of ServiceSettings; none is named, too."""
    if name in _read_below(SHARED):
        return "all"
    found = [place.name.replace("_", "-") for place in sorted(SERVICES.iterdir()) if name in _read_below(place)]
    return ", ".join(found) or "none"


@cache
def _read_below(place: Path) -> frozenset[str]:
    """The attributes that files below a folder read of something called settings, and of the class's own properties."""
    of_properties = _read_by_properties()
    found: set[str] = set()
    for path in sorted(place.rglob("*.py")):
        if path == Path(settings.__file__):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and re.search(r"(^|\.)settings$", ast.unparse(node.value)):
                found |= {node.attr, *of_properties.get(node.attr, ())}
    return frozenset(found)


@cache
def _read_by_properties() -> dict[str, frozenset[str]]:
    tree = ast.parse(Path(settings.__file__).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.decorator_list]
    return {
        function.name: frozenset(
            node.attr
            for node in ast.walk(function)
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self"
        )
        for function in functions
    }


def _says(group: Group) -> Iterator[str]:
    if group.says:
        names = sorted(set(re.findall(r'"(REFUNDS_[A-Z_]+)": ', PLAN.read_text(encoding="utf-8"))))
        own = [
            f"`{name}`" for name in names if not name.startswith("REFUNDS_SANDBOX_") or name in variables_of_services()
        ]
        yield group.says.format(set_by_up=", ".join(own))


def variables_of_services() -> frozenset[str]:
    """The variables of the services themselves."""
    return frozenset("REFUNDS_" + field.name.upper() for field in fields(settings.ServiceSettings))


def _table(group: Group) -> Iterator[str]:
    is_of_services = group.shape is settings.ServiceSettings
    yield "| variable | type | default | unit |" + (" read by |" if is_of_services else "") + " meaning |"
    yield "|---|---|---|---|" + ("---|" if is_of_services else "") + "---|"
    types, said = get_type_hints(group.shape), meanings(group)
    for field in fields(group.shape):
        cells = [f"`{group.prefix}{field.name.upper()}`", _type(types[field.name]), _default(field), _unit(field.name)]
        cells += [readers(field.name)] if is_of_services else []
        yield f"| {' | '.join([*cells, said[field.name]])} |"


def _type(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(hint))
    if isinstance(hint, UnionType):
        hint = next(one for one in get_args(hint) if one is not type(None))
    return TYPES[hint]


def _default(field: "Field[Any]") -> str:
    if field.default is MISSING:
        return "**needed**"
    if isinstance(field.default, bool):
        return f"`{int(field.default)}`"
    return "" if field.default in ("", None) else f"`{field.default}`"


def _unit(name: str) -> str:
    return next((unit for form, unit in UNITS.items() if re.search(form, name)), "")


@cache
def _option_variables() -> dict[str, str]:
    """The variables that stand for options of commands, by the option's name."""
    hints = get_type_hints(instance_option.Target, include_extras=True)
    return {
        (parameter.name or (name,))[0].removeprefix("--"): variable
        for name, hint in hints.items()
        for parameter in getattr(hint, "__metadata__", ())
        for variable in parameter.env_var or ()
    }


def _commands() -> Iterator[str]:
    yield "## Commands that talk to an instance"
    yield ""
    yield "| variable | stands for |"
    yield "|---|---|"
    for option, variable in _option_variables().items():
        yield f"| `{variable}` | `--{option}` |"


def _sandbox() -> Iterator[str]:
    yield "## The sandbox gateway"
    yield "`REFUNDS_SANDBOX_…` of `python -m refunds sandbox`: [sandbox.md](sandbox.md#settings)."


if __name__ == "__main__":
    sys.exit(0 if PAGE.write_text(configuration_page(), encoding="utf-8") else 1)
