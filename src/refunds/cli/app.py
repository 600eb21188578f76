"""The command line: every command by name, each loaded only when it is called.

`__main__` runs it. A command's module registers nothing by itself; its line is here.
"""

import os
from functools import partial

from cyclopts import App

from refunds.cli.entries import ENTRIES, run_entry

app = App(name="refunds", help="Takes, decides, sends and proves refunds.")

app.command("refunds.cli.up:up", name="up")


def _register_processes() -> None:
    for name in ENTRIES:
        run = partial(run_entry, name, os.environ)
        app.command(App(name=name, help=f"Run the process `{name}` from its environment."))
        app[name].default(lambda run=run: run())


_register_processes()
