"""Whole environments, planned and applied with mocked providers: `terraform test` with its assertions, in seconds.

The result is kept below .cache/ by the content of everything that went into it, so that each environment is applied
once however many tests look at it. No account, no emulator, no network. Terraform would then destroy what it never
made, for nearly as long as it took to plan and apply it: it is stopped there.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL
from tempfile import TemporaryDirectory
from threading import Timer
from time import perf_counter
from typing import Any

from tests.infrastructure.support.estate import Estate, estate_of
from tests.infrastructure.support.terraform import (
    TerraformFailedError,
    provider_mirror,
    terraform_environ,
    terraform_path,
)

ENVIRONMENTS = ("dev", "test", "staging", "prod")
ROOT = Path(__file__).resolve().parents[3]
TERRAFORM = ROOT / "infrastructure" / "terraform"
CACHE = ROOT / ".cache" / "infrastructure"
SECONDS_MAX = 300
ALL_SECONDS_MAX = 900
"""When one and all are given up, on a machine where others work, too: no measure of how long they take, which the tests
print at their end (`spent_seconds`) from what was taken when each environment was applied."""
LEFT_BEHIND = shutil.ignore_patterns(".terraform", ".terraform.lock.hcl", "*.tfstate*", "third_party")
READ = ("modules", "stack", "environments")


@dataclass(frozen=True, slots=True, kw_only=True)
class MockedApply:
    """How `terraform test` of one environment went."""

    environment: str
    passed: int
    failed: int
    complaints: tuple[str, ...]
    state: dict[str, Any]
    seconds: float

    @property
    def estate(self) -> Estate:
        """What there is after the apply."""
        return estate_of(self.state)


def mocked_apply(environment: str) -> MockedApply:
    """The kept result, or a new one. TerraformFailedError where Terraform could not even begin."""
    kept = CACHE / f"{environment}-{_digest(environment)}.json"
    if not kept.is_file():
        with TemporaryDirectory() as folder:
            shutil.copytree(TERRAFORM, Path(folder), ignore=LEFT_BEHIND, dirs_exist_ok=True)
            result = _timed_run(Path(folder) / "environments" / environment)
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(result), encoding="utf-8")
        partial.replace(kept)
    found = json.loads(kept.read_text(encoding="utf-8"))
    return MockedApply(environment=environment, **{**found, "complaints": tuple(found["complaints"])})


def spent_seconds(applies: Iterable[MockedApply]) -> str:
    """How long each took when it was applied, and all of them, in a line."""
    taken = {each.environment: each.seconds for each in applies}
    told = (f"{name} {seconds:.0f} s" for name, seconds in {**taken, "all": sum(taken.values())}.items())
    return "planned and applied with mocks: " + ", ".join(told)


def _digest(environment: str) -> str:
    """Of all files that Terraform or this module reads for the environment."""
    files = [path for part in READ for path in (TERRAFORM / part).rglob("*") if _counts(path, environment)]
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(files):
        digest.update(f"{path.relative_to(TERRAFORM)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _counts(path: Path, environment: str) -> bool:
    parts = path.relative_to(TERRAFORM).parts
    others = {each for each in ENVIRONMENTS if each != environment}
    is_foreign = parts[0] == "environments" and parts[1] in others
    is_left_behind = ".terraform" in parts or path.name == ".terraform.lock.hcl" or path.suffix == ".md"
    return path.is_file() and not is_foreign and not is_left_behind


def _timed_run(folder: Path) -> dict[str, Any]:
    began = perf_counter()
    result = _run(folder)
    return {**result, "seconds": perf_counter() - began}


def _run(folder: Path) -> dict[str, Any]:
    mirror = provider_mirror()
    source = [f"-plugin-dir={mirror}"] if mirror else []
    command = [_terraform(), "init", "-backend=false", "-input=false", "-no-color", *source]
    started = subprocess.run(
        command, cwd=folder, env=terraform_environ(), capture_output=True, text=True, timeout=SECONDS_MAX, check=False
    )
    if started.returncode:
        raise TerraformFailedError(f"terraform init failed in {folder}:\n{started.stdout}{started.stderr}")
    with _lines_of(folder, "test", "-json", "-verbose") as lines:
        return _read(lines)


def _terraform() -> str:
    path = terraform_path()
    assert path is not None, "no terraform on PATH"
    return path


@contextmanager
def _lines_of(folder: Path, *words: str) -> Iterator[Iterable[str]]:
    """A command's lines as they come. It and its providers, a group of their own, end with the block or in time."""
    told = subprocess.Popen(
        [_terraform(), *words],
        cwd=folder,
        env=terraform_environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    late = Timer(SECONDS_MAX, os.killpg, (told.pid, SIGKILL))
    late.start()
    try:
        assert told.stdout is not None
        yield told.stdout
    finally:
        late.cancel()
        with suppress(ProcessLookupError):
            os.killpg(told.pid, SIGKILL)
        told.wait()


def _read(lines: Iterable[str]) -> dict[str, Any]:
    """All that is told until the last file of tests is torn down."""
    result: dict[str, Any] = {"passed": 0, "failed": 0, "complaints": [], "state": {"root_module": {}}}
    files: set[str] = set()
    for message in map(json.loads, lines):
        match message:
            case {"type": "test_abstract", "test_abstract": abstract}:
                files = set(abstract)
            case {"type": "test_state", "test_state": state}:
                result["state"] = {"root_module": state["root_module"], "outputs": state.get("outputs", {})}
            case {"type": "diagnostic", "diagnostic": {"severity": "error"} as told}:
                result["complaints"].append(f"{told.get('address', '')} {told['summary']}: {told.get('detail', '')}")
            case {"type": "test_run", "test_run": {"progress": "complete", "status": status}}:
                result["passed" if status == "pass" else "failed"] += 1
            case {"type": "test_file", "test_file": {"progress": "teardown", "path": path}}:
                files.discard(path)
                if not files:
                    break
    return result
