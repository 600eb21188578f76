"""The Lambda functions' source for their tests: each loaded as Lambda has it, all its files in one folder on the path.

Two functions may have files of the same name (`function.py`); each folder therefore has a table of modules of its own.
"""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

_tables: dict[Path, dict[str, ModuleType]] = {}


def load(source: Path, name: str) -> ModuleType:
    """The module of this name in the folder `source`; the same object at each call.

    Raises ModuleNotFoundError when neither the folder nor the libraries have it.
    """
    own = {path.stem for path in source.glob("*.py")}
    table = _tables.setdefault(source, {})
    others = {each: sys.modules.pop(each) for each in own & sys.modules.keys()}
    sys.modules.update(table)
    sys.path.insert(0, str(source))
    try:
        return import_module(name)
    finally:
        sys.path.remove(str(source))
        table.update({each: sys.modules.pop(each) for each in own & sys.modules.keys()})
        sys.modules.update(others)
