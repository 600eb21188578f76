"""What commands print: tables for people, JSON for programs, nothing else on stdout."""

import sys
from collections.abc import Iterable, Sequence
from typing import TypedDict

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

PLAIN_WIDTH = 160


class _Verbatim(TypedDict):
    markup: bool
    emoji: bool
    highlight: bool


_AS_IT_STANDS = _Verbatim(markup=False, emoji=False, highlight=False)
"""What people wrote may look like markup; it is shown, never followed."""


def harmless(text: str) -> str:
    """Text without what moves a terminal: control characters and direction overrides become `\ufffd`."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)


def console() -> Console:
    """Stdout as it is now: wide and plain where it is no terminal."""
    return Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, **_AS_IT_STANDS)


def error_console() -> Console:
    """Stderr, for progress, so that stdout stays for the answer."""
    return Console(stderr=True, width=None if sys.stderr.isatty() else PLAIN_WIDTH, **_AS_IT_STANDS)


def print_json(body: bytes) -> None:
    """JSON as it was answered, indented."""
    sys.stdout.write(msgspec.json.format(body, indent=2).decode() + "\n")


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """A table; a head that starts with `>` is set to the right."""
    console().print(table_of(heads, rows, title))


def table_of(heads: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> Table:
    """A table to print."""
    table = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD)
    for head in heads:
        is_right = head.startswith(">")
        table.add_column(head.removeprefix(">"), justify="right" if is_right else "left")
    for row in rows:
        table.add_row(*map(harmless, row))
    return table


def print_fields(fields: Iterable[tuple[str, str]]) -> None:
    """Name and value, one a line; empty ones are left out."""
    table = Table.grid(padding=(0, 2))
    for name, value in fields:
        if value:
            table.add_row(Text(name, style="bold"), harmless(value))
    console().print(table)
