"""mypy checks the fields that `msgspec.structs.replace` changes, by the plugin in scripts/typed_replace.py."""

from pathlib import Path

import pytest
from mypy import api

ROOT = Path(__file__).parents[3]
CALLS = {
    "replace(PLACE, name='there')": "",
    "replace(PLACE, name=1)": 'incompatible type "int"; expected "str"',
    "replace(PLACE, nothing=1)": 'Unexpected keyword argument "nothing"',
    "replace(OTHER, name='there')": 'cannot be "Other"',
}
SOURCE = """
from dataclasses import dataclass
from msgspec import Struct
from msgspec.structs import replace

class Place(Struct, frozen=True, kw_only=True):
    name: str

@dataclass(frozen=True)
class Other:
    name: str

PLACE, OTHER = Place(name="here"), Other("other")
"""


@pytest.mark.slow
def test_only_a_field_of_the_value_with_its_type_is_accepted(tmp_path: Path) -> None:
    config = tmp_path / "mypy.ini"
    config.write_text(f"[mypy]\nplugins = {ROOT / 'scripts' / 'typed_replace.py'}\n")
    source = tmp_path / "calls.py"
    source.write_text(SOURCE + "\n".join(CALLS))

    output, _, _ = api.run(["--config-file", str(config), "--cache-dir", str(tmp_path), "--no-pretty", str(source)])

    first = SOURCE.count("\n") + 1
    for number, (call, error) in enumerate(CALLS.items(), start=first):
        found = [line for line in output.splitlines() if line.split(":")[1:2] == [str(number)] and "error" in line]
        assert [error in line for line in found] == ([True] if error else []), (call, output)
