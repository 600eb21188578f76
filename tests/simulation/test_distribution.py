"""The simulator is a distribution of its own: it comes with an extra, and nothing of it is in the product's package."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def _wheel(of: Path, into: Path) -> Path:
    """Built from a copy, so that the tree stays as it is."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-build-isolation", "--no-deps"]
    subprocess.run([*command, "--wheel-dir", str(into), str(of)], check=True, capture_output=True, timeout=200)
    return max(into.glob("*.whl"), key=lambda file: file.stat().st_mtime_ns)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The product's, the simulator's."""
    tree = tmp_path_factory.mktemp("tree")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if name.startswith(("src/", "simulation/", "requirements/")) or "/" not in name:
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes((ROOT / name).read_bytes())
    into = tmp_path_factory.mktemp("wheels")
    return _wheel(tree, into), _wheel(tree / "simulation", into)


def test_the_product_carries_neither_simulator_nor_memory_adapters(wheels: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(wheels[0]) as wheel:
        names = wheel.namelist()

    assert "refunds/adapters/local/hints.py" in names
    assert [name for name in names if "memory" in name or "simulation" in name] == []


def test_both_together_simulate(wheels: tuple[Path, Path], tmp_path: Path) -> None:
    for each in wheels:
        with zipfile.ZipFile(each) as wheel:
            wheel.extractall(tmp_path)
    program = (
        "from refunds_simulation import settings; from refunds_simulation.runs import run; "
        "print(run.run(settings.RunSettings(seed=1, hours=1)).trace)"
    )
    told = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {program}"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=200,
    )

    assert len(told.stdout.strip()) == 32, told.stderr


def test_the_extra_names_the_simulator() -> None:
    product = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    simulator = tomllib.loads((ROOT / "simulation" / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert product["optional-dependencies"]["simulate"] == [f"{simulator['name']}=={simulator['version']}"]
    assert simulator["version"] == product["version"]
