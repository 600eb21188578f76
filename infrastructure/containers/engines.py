"""Docker, Podman and buildah behind one shape: what builds an image, what it is told to run, what became of it.

Imported by `images` and `smoke`. Chooses nothing and judges nothing. Docker and Podman run a container as production
does: root file system read-only, no capability, no new privileges. Buildah has no engine; it runs in a chroot.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHELL = ("/bin/sh", "-c", "exit 0")
LIST_PACKAGES = (
    "/usr/bin/python3",
    "-IS",
    "-c",
    (
        "import sys; from pathlib import Path; kept = Path('/var/lib/dpkg')\n"
        "parts = [kept / 'status', *sorted((kept / 'status.d').glob('*'))]\n"
        "sys.stdout.write('\\n\\n'.join(p.read_text() for p in parts if p.is_file() and p.suffix != '.md5sums'))"
    ),
)
"""Debian keeps one file for all packages, distroless images one for each."""

RUN_TIMEOUT_S = 60
STILL_RUNNING = 124
"""What `timeout` ends with."""

BUILDAHS_OWN = re.compile(r"^(subprocess exited with status \d+|Error: exit status \d+)\n", re.MULTILINE)
"""What buildah adds to the errors of the program that it ran."""

CONFINED = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")  # noqa: S108


@dataclass(frozen=True, slots=True, kw_only=True)
class Bases:
    """The two images that all are built on."""

    build_image: str
    runtime_image: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What an image says of itself; empty where it says nothing."""

    digest: str
    user: str
    entry_point: tuple[str, ...]
    command: tuple[str, ...]
    health_check: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a container ended, and what it wrote to stderr and stdout."""

    code: int
    errors: str
    output: str = ""


class EngineRefused(Exception):
    """An engine could not answer; the text is its own."""


class Engine(Protocol):
    """What is asked of each; a target is the name of a service."""

    name: str

    def build(self, target: str, bases: Bases) -> list[str]:
        """The command that builds it, run from the repository's root."""

    def configuration(self, target: str) -> Configuration:
        """Of the built image."""

    def start(self, target: str) -> Ended:
        """The image as it is, with no environment of ours."""

    def start_shell(self, target: str) -> Ended:
        """A shell in its place."""

    def list_packages(self, target: str) -> Ended:
        """What dpkg says of the image's Debian packages, to stdout, read by the image's own Python."""


def name_of(target: str) -> str:
    """The image's local name; the pipeline tags it for its registry."""
    return f"localhost/refunds-{target}"


class Daemon:
    """Docker or Podman, which share their command line but for building."""

    def __init__(self, name: str) -> None:
        self.name = name

    def build(self, target: str, bases: Bases) -> list[str]:
        """Buildx attaches the statements itself; Podman needs its Docker format to keep the health check."""
        if self.name == "docker":
            how = ["docker", "buildx", "build", "--load", "--sbom=true", "--provenance=mode=max"]
        else:
            how = ["podman", "build", "--format", "docker"]
        return [*how, *_arguments(target, bases)]

    def configuration(self, target: str) -> Configuration:
        """Podman keeps the health check beside the configuration, Docker within."""
        found = json.loads(_output([self.name, "image", "inspect", name_of(target)]))[0]
        return _configuration(str(found["Id"]), {"Healthcheck": found.get("Healthcheck"), **found["Config"]})

    def start(self, target: str) -> Ended:
        """As production does."""
        return self._end(target, [name_of(target)])

    def start_shell(self, target: str) -> Ended:
        """The engine ends with 127 where the program is not in the image."""
        return self._end(target, ["--entrypoint", SHELL[0], name_of(target), *SHELL[1:]])

    def list_packages(self, target: str) -> Ended:
        """Docker is never asked: it attaches its own list."""
        return self._end(target, ["--entrypoint", LIST_PACKAGES[0], name_of(target), *LIST_PACKAGES[1:]])

    def _end(self, target: str, words: Sequence[str]) -> Ended:
        container = f"refunds-smoke-{target}"
        how = ["--rm", "--name", container, *CONFINED, "--user", self.configuration(target).user]
        ended = _end([self.name, "run", *how, *words])
        if ended.code == STILL_RUNNING:  # whoever waited for it is gone, the container is not
            _end([self.name, "rm", "--force", container])
        return ended


class Buildah:
    """Builds and runs without an engine; local bases have a storage of their own."""

    name = "buildah"

    def __init__(self, folder: Path | None) -> None:
        place = folder.resolve() / "storage" if folder else None
        options = ["--root", str(place), "--runroot", f"{place}/run", "--storage-driver", "overlay"] if place else []
        self._program = ["buildah", *options]

    def build(self, target: str, bases: Bases) -> list[str]:
        """The Docker format keeps the health check; chroot isolation needs no daemon."""
        how = ["--format", "docker", "--isolation", "chroot", "--layers"]
        return [*self._program, "build", *how, *_arguments(target, bases)]

    def configuration(self, target: str) -> Configuration:
        """The part that Docker would read."""
        found = json.loads(_output([*self._program, "inspect", "--type", "image", name_of(target)]))
        return _configuration(found["FromImageID"], found["Docker"]["config"])

    def start(self, target: str) -> Ended:
        """Its own entry point and command, which `buildah run` wants spelled out."""
        said = self.configuration(target)
        return self._in_container(target, [*said.entry_point, *said.command])

    def start_shell(self, target: str) -> Ended:
        """Fails where the image holds none."""
        return self._in_container(target, SHELL)

    def list_packages(self, target: str) -> Ended:
        """No mount: that would need root."""
        return self._in_container(target, LIST_PACKAGES)

    def _in_container(self, target: str, words: Sequence[str]) -> Ended:
        container = _output([*self._program, "from", "--pull-never", name_of(target)]).strip()
        try:
            how = ["run", "--isolation", "chroot", "--cap-drop", "ALL", container, "--"]
            ended = _end([*self._program, *how, *words])
            return replace(ended, errors=BUILDAHS_OWN.sub("", ended.errors))
        finally:
            _output([*self._program, "rm", container])


def answers(name: str) -> bool:
    """Whether an engine is on PATH and its daemon, where it has one, says something."""
    ask = {"docker": ["docker", "version"], "podman": ["podman", "info"], "buildah": ["buildah", "version"]}[name]
    return shutil.which(name) is not None and _end(ask).code == 0


def _arguments(target: str, bases: Bases) -> list[str]:
    """What all three take."""
    return [
        *("--file", str(HERE / "Dockerfile"), "--target", target, "--tag", name_of(target)),
        *("--build-arg", f"BUILD_IMAGE={bases.build_image}", "--build-arg", f"RUNTIME_IMAGE={bases.runtime_image}"),
        str(ROOT),
    ]


def _configuration(digest: str, found: dict[str, object]) -> Configuration:
    health = found.get("Healthcheck")
    return Configuration(
        digest=digest,
        user=str(found.get("User") or ""),
        entry_point=_words(found.get("Entrypoint")),
        command=_words(found.get("Cmd")),
        health_check=_words(health.get("Test") if isinstance(health, dict) else None),
    )


def _words(found: object) -> tuple[str, ...]:
    return tuple(str(word) for word in found) if isinstance(found, list) else ()


def _output(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise EngineRefused(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def _end(command: Sequence[str]) -> Ended:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=RUN_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return Ended(code=STILL_RUNNING, errors=f"still running after {RUN_TIMEOUT_S} s")
    return Ended(code=done.returncode, errors=done.stderr, output=done.stdout)
