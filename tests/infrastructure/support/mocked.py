"""Whole environments, planned and applied with mocked providers: `terraform test` with its assertions, in seconds.

The result is kept below .cache/ by the content of everything that went into it, so that each environment is applied
once however many tests look at it. No account, no emulator, no network.
"""

import hashlib
import json
import os
import resource
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
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
print at their end (`told_seconds`) from what was taken when each environment was applied."""
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
    processor_seconds: float

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


def told_seconds(applies: Iterable[MockedApply]) -> str:
    """How long each took when it was applied, and all of them, in a line; processor time is that of Terraform."""
    taken = [(each.environment, each.seconds, each.processor_seconds) for each in applies]
    taken += [("all", sum(each[1] for each in taken), sum(each[2] for each in taken))]
    told = (f"{name} {seconds:.0f} s ({processor:.0f} s of processors)" for name, seconds, processor in taken)
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
    began, used = perf_counter(), _processor_seconds()
    result = _run(folder)
    return {**result, "seconds": perf_counter() - began, "processor_seconds": _processor_seconds() - used}


def _processor_seconds() -> float:
    """Of the programs that this process started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(folder: Path) -> dict[str, Any]:
    mirror = provider_mirror()
    source = [f"-plugin-dir={mirror}"] if mirror else []
    started = _terraform(folder, "init", "-backend=false", "-input=false", "-no-color", *source)
    if started.returncode:
        raise TerraformFailedError(f"terraform init failed in {folder}:\n{started.stdout}{started.stderr}")
    return _read(_terraform(folder, "test", "-json", "-verbose").stdout)


def _terraform(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    path = terraform_path()
    assert path is not None, "no terraform on PATH"
    command, environ = [path, *words], terraform_environ()
    return subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=SECONDS_MAX, check=False
    )


def _read(lines: str) -> dict[str, Any]:
    result: dict[str, Any] = {"passed": 0, "failed": 0, "complaints": [], "state": {"root_module": {}}}
    for line in lines.splitlines():
        message = json.loads(line)
        match message["type"]:
            case "test_state":
                state = message["test_state"]
                result["state"] = {"root_module": state["root_module"], "outputs": state.get("outputs", {})}
            case "diagnostic" if message["diagnostic"]["severity"] == "error":
                told = message["diagnostic"]
                result["complaints"].append(f"{told.get('address', '')} {told['summary']}: {told.get('detail', '')}")
            case "test_summary":
                summary = message["test_summary"]
                result["passed"], result["failed"] = summary["passed"], summary["failed"] + summary["errored"]
    return result
