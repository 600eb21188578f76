"""Terraform as a program on one folder: found on PATH, fed from a provider mirror where there is one, bounded in time.

The tests call it; it changes only the folder that it is given, which is a copy.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REGISTRY = "registry.terraform.io"
MIRROR_ROOTS = (
    "/opt",
    "/usr/local/share",
    "/usr/share",
    "/usr/local/lib",
    "/var/lib",
    "~/.terraform.d",
    "~/.local/share",
)
MIRROR_DEPTH_MAX = 4
# The product needs 1.5; the mocked providers of the tests came with 1.7.
OLDEST = (1, 7)
OUTPUT_SHOWN_MAX = 6_000
REPEATED_DELETION = "currently marked deleted"
"""What the emulator answers to the second deletion of a secret."""

SECONDS = {"init": 120, "validate": 60, "plan": 300, "apply": 900, "destroy": 600, "show": 60, "test": 300, "fmt": 30}


class TerraformFailedError(AssertionError):
    """A command ended with an error, or took too long; says where, which and what was printed."""


def terraform_path() -> str | None:
    """The program on PATH, if there is one."""
    return shutil.which("terraform")


def terraform_environ(**added: str) -> dict[str, str]:
    """What every Terraform of the tests runs with: it asks nobody for news, so nothing is written below HOME.

    Less collecting of garbage in Terraform and its provider: a third less CPU for memory that is there.
    """
    return {"GOGC": "400", **os.environ, "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1", **added}


def terraform_version(**added: str) -> tuple[int, int] | None:
    """Major and minor version of the program on PATH; nothing where there is none. `added` is for its environment."""
    path = terraform_path()
    if path is None:
        return None
    command, limit = [path, "version", "-json"], SECONDS["show"]
    answer = subprocess.run(command, env=terraform_environ(**added), capture_output=True, check=True, timeout=limit)
    words = json.loads(answer.stdout)["terraform_version"].split(".")
    return int(words[0]), int(words[1])


def provider_mirror() -> Path | None:
    """The folder of a provider mirror: TF_PLUGIN_MIRROR, else the first found under the usual roots."""
    given = os.environ.get("TF_PLUGIN_MIRROR")
    if given:
        return Path(given)
    for root in MIRROR_ROOTS:
        found = _mirror_below(Path(root).expanduser(), MIRROR_DEPTH_MAX)
        if found:
            return found
    return None


def _mirror_below(folder: Path, depth: int) -> Path | None:
    if (folder / REGISTRY).is_dir():
        return folder
    if depth == 0 or not os.access(folder, os.R_OK | os.X_OK):
        return None
    folders = sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink())
    return next(filter(None, (_mirror_below(entry, depth - 1) for entry in folders)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terraform:
    """One root folder. Every method runs one command; `environ` is added to the process's own."""

    folder: Path
    cache: Path
    environ: Mapping[str, str]

    def init(self) -> None:
        """Install providers from the mirror, or from the registry through a cache."""
        mirror = provider_mirror()
        source = [f"-plugin-dir={mirror}"] if mirror else []
        self._run("init", "-input=false", "-backend=true", *source)

    def validate(self) -> None:
        """Refuse what Terraform calls invalid. A module alone lacks the providers of its caller: it is lent some."""
        versions = self.folder / "versions.tf"
        aliases = re.findall(r"\baws\.(\w+)", versions.read_text(encoding="utf-8")) if versions.exists() else []
        lent = self.folder / "lent_providers.tf"
        lent.write_text(
            "\n".join(f'provider "aws" {{ alias = "{alias}" }}' for alias in sorted(set(aliases))), encoding="utf-8"
        )
        try:
            self._run("validate")
        finally:
            lent.unlink()

    def apply(self) -> None:
        """Plan and apply at once."""
        self._run("apply", "-auto-approve", "-input=false", "-parallelism=20")

    def destroy(self) -> None:
        """Remove everything that the state knows.

        On a busy machine the provider repeats a deletion whose answer came late, and is refused: an operator goes on.
        """
        arguments = ("-auto-approve", "-input=false", "-parallelism=20")
        try:
            self._run("destroy", *arguments)
        except TerraformFailedError as error:
            if REPEATED_DELETION not in str(error):
                raise
            self._run("destroy", *arguments)

    def plan(self) -> "Plan":
        """What an apply would do now, with what happened behind Terraform's back."""
        self._run("plan", "-input=false", "-out=tfplan", "-parallelism=20")
        return Plan(document=json.loads(self._run("show", "-json", "tfplan")))

    def test(self) -> str:
        """Run the folder's own tests/*.tftest.hcl."""
        return self._run("test")

    def _run(self, command: str, *arguments: str) -> str:
        path = terraform_path()
        assert path is not None, "no terraform on PATH"
        environ = terraform_environ(TF_PLUGIN_CACHE_DIR=str(self.cache)) | dict(self.environ)
        self.cache.mkdir(parents=True, exist_ok=True)
        colour = [] if command == "show" else ["-no-color"]
        try:
            done = subprocess.run(
                [path, command, *arguments, *colour],
                cwd=self.folder,
                env=environ,
                capture_output=True,
                text=True,
                timeout=SECONDS[command],
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise TerraformFailedError(self._story(command, f"took over {SECONDS[command]} s", late.stdout)) from late
        if done.returncode:
            raise TerraformFailedError(self._story(command, "failed", done.stdout + done.stderr))
        return done.stdout

    def _story(self, command: str, what: str, output: str | bytes | None) -> str:
        text = output.decode(errors="replace") if isinstance(output, bytes) else output or ""
        start = max(text.find("Error:") - 200, 0) if "Error:" in text else max(len(text) - OUTPUT_SHOWN_MAX, 0)
        return f"terraform {command} {what} in {self.folder}:\n{text[start : start + OUTPUT_SHOWN_MAX]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What `terraform show -json` says of a plan."""

    document: dict[str, Any]

    def changes(self) -> dict[str, str]:
        """Address → actions, with what would change, of everything that an apply would touch."""
        return {
            change["address"]: _in_words(change["change"])
            for change in self.document.get("resource_changes", [])
            if change["change"]["actions"] not in (["no-op"], ["read"])
        }

    def resources(self, kind: str, module: str) -> dict[str, dict[str, Any]]:
        """Address → values in the state, of the home region's resources of a kind below modules of that name."""
        return {
            change["address"]: change["change"]["before"]
            for change in self.document.get("resource_changes", [])
            if change["type"] == kind and f"module.{module}" in change["address"] and "replica" not in change["address"]
        }

    def output_changes(self) -> dict[str, str]:
        """Outputs whose value an apply would change."""
        changes = self.document.get("output_changes", {})
        return {name: _in_words(change) for name, change in changes.items() if change["actions"] != ["no-op"]}


def _in_words(change: dict[str, Any]) -> str:
    before, after = change.get("before") or {}, change.get("after") or {}
    actions = "/".join(change["actions"])
    if not isinstance(before, dict) or not isinstance(after, dict):
        return actions
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if change["actions"] != ["update"]:
        return actions
    return f"{actions}: " + "; ".join(f"{name}: {before.get(name)!r} -> {after.get(name)!r}" for name in names)
