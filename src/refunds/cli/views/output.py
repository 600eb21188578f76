"""Prints the output of commands as tables for people and as JSON for programs. Nothing else is written to stdout."""

import re
import sys
from collections.abc import Iterable, Sequence
from typing import TypeAlias, TypedDict

import msgspec
from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

PLAIN_WIDTH = 160
WIDTH_MAX = 4096
CARD_GAP = 2

Cell: TypeAlias = str | Text
"""The content of a table cell. Only a terminal shows the color of a `Text`."""

_ID = re.compile(r"[a-z]{2,4}_[0-9A-Za-z_]+")


class _Verbatim(TypedDict):
    markup: bool
    emoji: bool
    highlight: bool


_AS_IT_STANDS = _Verbatim(markup=False, emoji=False, highlight=False)
"""Options of a console that prints texts as they are. Markup in texts that people wrote must not be interpreted."""


def harmless(text: str) -> str:
    """Returns the text with each terminal control replaced by the replacement character U+FFFD.

    Terminal controls are control characters and characters that change the direction of text.
    """
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)


def console(width_min: int = 0, *, is_terminal: bool | None = None) -> Console:
    """Returns a console for stdout with at least `width_min` columns.

    If stdout is not a terminal, the console is wide and has no colors. `is_terminal`, if given, decides whether stdout
    counts as a terminal.
    """
    on_terminal = _is_terminal(is_terminal)
    forced = None if on_terminal else False  # no colours in a pipe, whatever the environment asks for
    made = Console(width=None if on_terminal else PLAIN_WIDTH, force_terminal=forced, **_AS_IT_STANDS)
    return made if made.width >= width_min else Console(width=width_min, force_terminal=forced, **_AS_IT_STANDS)


def _is_terminal(given: bool | None) -> bool:
    return sys.stdout.isatty() if given is None else given


def error_console() -> Console:
    """Returns a console for progress on stderr, because stdout must contain only the result."""
    return Console(stderr=True, width=None if sys.stderr.isatty() else PLAIN_WIDTH, **_AS_IT_STANDS)


def print_json(body: bytes) -> None:
    """Prints JSON with indentation."""
    sys.stdout.write(msgspec.json.format(body, indent=2).decode() + "\n")


def print_table(
    heads: Sequence[str], rows: Iterable[Sequence[Cell]], title: str = "", *, is_terminal: bool | None = None
) -> None:
    """Prints a table. A column is aligned right if its head starts with `>`.

    Ids are never cut, so other columns become narrower. If the table is still too wide for a terminal, each row is
    printed as a card. A pipe always gets the whole table. `is_terminal`, if given, decides whether stdout counts as a
    terminal.
    """
    rows = [tuple(row) for row in rows]
    table = table_of(heads, rows, title)
    shown = console(is_terminal=is_terminal)
    needed = Measurement.get(shown, shown.options.update(max_width=WIDTH_MAX), table)
    if _is_terminal(is_terminal) and rows and needed.minimum > shown.width:
        _print_cards([head.removeprefix(">") for head in heads], rows, title)
    else:
        console(0 if _is_terminal(is_terminal) else needed.maximum, is_terminal=is_terminal).print(table)


def _print_cards(heads: Sequence[str], rows: Sequence[Sequence[Cell]], title: str) -> None:
    """Prints one card per row. Each cell that has text is on its own line, after the name of its column."""
    longest_id = max((len(cell) for row in rows for cell in row if _ID.fullmatch(str(cell))), default=0)
    shown = console(max(map(len, heads)) + CARD_GAP + longest_id, is_terminal=True)
    if title:
        shown.print(title)
    for row in rows:
        card = Table.grid(padding=(0, CARD_GAP))
        card.add_column(no_wrap=True)
        card.add_column(overflow="fold")
        for head, cell in zip(heads, row, strict=True):
            if cell:
                card.add_row(Text(head, style="bold"), _shown(cell))
        shown.print(card)
        shown.print()


def table_of(heads: Sequence[str], rows: Iterable[Sequence[Cell]], title: str = "") -> Table:
    """Returns a table that can be printed. A column is aligned right if its head starts with `>`."""
    table = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD)
    shown = [[_shown(cell) for cell in row] for row in rows]
    for number, head in enumerate(heads):
        is_right = head.startswith(">")
        has_ids = any(_ID.fullmatch(str(row[number])) for row in shown)
        table.add_column(
            head.removeprefix(">"), justify="right" if is_right else "left", no_wrap=has_ids, overflow="fold"
        )
    for row in shown:
        table.add_row(*row)
    return table


def _shown(cell: Cell) -> Cell:
    return cell if isinstance(cell, Text) else harmless(cell)


def print_fields(fields: Iterable[tuple[str, Cell]]) -> None:
    """Prints one line per field, with its name and value. Fields without a value are left out."""
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(overflow="fold")
    for name, value in fields:
        if value:
            table.add_row(Text(name, style="bold"), _shown(value))
    console().print(table)
