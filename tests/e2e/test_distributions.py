"""Three distributions: the product as production installs it, and two extras."""

import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = {"product": "", "embedded": "embedded", "simulate": "simulation"}
PACKAGES = {"adapters", "cli", "domain", "kit", "ports", "runtime", "services", "texts", "usecases"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

Wheels = Mapping[str, Path]


def _wheel(of: Path, into: Path) -> Path:
    """Built from a copy, so that the tree stays as it is."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-build-isolation", "--no-deps"]
    subprocess.run([*command, "--wheel-dir", str(into), str(of)], check=True, capture_output=True, timeout=200)
    return max(into.glob("*.whl"), key=lambda file: file.stat().st_mtime_ns)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Wheels:
    """The product's wheel, and that of each extra."""
    tree = tmp_path_factory.mktemp("tree")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes((ROOT / name).read_bytes())
    into = tmp_path_factory.mktemp("wheels")
    return {extra: _wheel(tree / folder, into) for extra, folder in FOLDERS.items()}


def _names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as packed:
        return packed.namelist()


def _unpacked(into: Path, *wheels: Path) -> Path:
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(into)
    return into


def _project(extra: str) -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / FOLDERS[extra] / "pyproject.toml").read_text())["project"]
    return project


@pytest.fixture
def libraries(tmp_path: Path) -> Path:
    """All installed libraries, without the three distributions."""
    folder = tmp_path / "libraries"
    folder.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.startswith(("brik_refunds", "__editable__")):
            (folder / entry.name).symlink_to(entry)
    return folder


def _refunds(*words: str, installed: Path, libraries: Path) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    return subprocess.run(
        [sys.executable, "-S", "-P", "-m", "refunds", *words],
        env={**inherited, "PYTHONPATH": f"{installed}:{libraries}"},
        capture_output=True,
        text=True,
        check=False,
        cwd=installed,
        timeout=60,
    )


def test_wheel_of_the_product_contains_its_packages_and_nothing_else(wheels: Wheels) -> None:
    names = _names(wheels["product"])

    ours = [name.split("/") for name in names if ".dist-info/" not in name]
    assert {parts[0] for parts in ours} == {"refunds"}
    assert {parts[1] for parts in ours if len(parts) > 2} == PACKAGES
    assert [name for name in names if "memory" in name or "/demo/" in name or "/sample/" in name] == []


def test_product_requires_the_libraries_of_the_services_and_no_server(wheels: Wheels) -> None:
    with zipfile.ZipFile(wheels["product"]) as packed:
        (place,) = [name for name in packed.namelist() if name.endswith(".dist-info/METADATA")]
        lines = packed.read(place).decode().splitlines()

    required = {line.removeprefix("Requires-Dist: ") for line in lines if line.startswith("Requires-Dist: ")}
    extras = {f'{_project(extra)["name"]}==0.1.0; extra == "{extra}"' for extra in ("embedded", "simulate")}
    assert required - extras == _requirements("services")
    assert extras <= required


def test_product_alone_runs_and_names_the_extra_of_up_and_demo(wheels: Wheels, libraries: Path, tmp_path: Path) -> None:
    installed = _unpacked(tmp_path / "product", wheels["product"])

    for words in (("--help",), ("migrate", "--help"), ("verify", "--help"), ("token", "--help"), ("api", "--help")):
        said = _refunds(*words, installed=installed, libraries=libraries)
        assert (said.returncode, said.stderr) == (0, ""), words
    for name in ("up", "demo"):
        said = _refunds(name, installed=installed, libraries=libraries)
        assert (said.returncode, said.stdout) == (1, "")
        assert said.stderr == (
            f"refunds: `{name}` is not installed here; install it with `pip install 'brik-refunds[embedded]'`\n"
        )


def test_extra_adds_up_demo_and_the_processes_of_one_machine(wheels: Wheels, libraries: Path, tmp_path: Path) -> None:
    installed = _unpacked(tmp_path / "both", wheels["product"], wheels["embedded"])

    said = {
        name: _refunds(name, "--help", installed=installed, libraries=libraries)
        for name in ("up", "demo", "all", "frontend", "sandbox")
    }

    assert {name: ended.returncode for name, ended in said.items()} == dict.fromkeys(said, 0)
    assert "--split" in said["up"].stdout
    assert "--once" in said["demo"].stdout


def test_extra_requires_the_servers_that_setup_installs() -> None:
    assert set(_project("embedded")["dependencies"]) == {"brik-refunds==0.1.0", *_requirements("embedded")}


def test_simulator_runs_with_the_product_and_nothing_else_of_ours(wheels: Wheels, tmp_path: Path) -> None:
    _unpacked(tmp_path, wheels["product"], wheels["simulate"])
    program = (
        "from refunds_simulation import settings; from refunds_simulation.runs import run; "
        "print(run.run(settings.RunSettings(seed=1, hours=1)).trace)"
    )
    ended = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {program}"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=200,
    )

    assert len(ended.stdout.strip()) == 32, ended.stderr


@pytest.mark.parametrize("extra", ["embedded", "simulate"])
def test_each_extra_names_its_distribution(extra: str) -> None:
    product, other = _project("product"), _project(extra)

    assert product["optional-dependencies"][extra] == [f"{other['name']}=={other['version']}"]
    assert other["version"] == product["version"]


def _requirements(name: str) -> set[str]:
    lines = (ROOT / "requirements" / f"{name}.in").read_text().splitlines()
    stated = (line.partition("#")[0].strip() for line in lines)
    return {line.replace('"', "'") for line in stated if line}
