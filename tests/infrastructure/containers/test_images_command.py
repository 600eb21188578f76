"""What `make images` does with Docker, with Podman, with neither: told by programs that only note and answer.

No engine is needed. What buildah really builds is tested by test_containers.py.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.infrastructure.containers.fake_engine import Answer, FakeEngine
from tests.infrastructure.containers.images import CONTAINERS, ROOT, TARGETS
from tests.support.copies import replace

DIGEST = "sha256:" + 64 * "0"
BASES = {"BUILD_IMAGE": f"debian@{DIGEST}", "RUNTIME_IMAGE": f"distroless@{DIGEST}"}
IMAGE = "localhost/refunds-api"
ENTRY_POINT = ["/usr/bin/python3", "-P", "-m", "refunds"]
HEALTH = {"Test": ["CMD", *ENTRY_POINT, "health"]}

ALIVE = Answer(asked=["version"])
AWAY = Answer(asked=["version"], code=1, errors="Cannot connect")
PODMAN_ALIVE = Answer(asked=["podman", "info"])
NO_SHELL = Answer(asked=["run", "/bin/sh"], code=127)
BUILT = Answer(asked=["build"])
STATUS = Answer(
    asked=["run", "/usr/bin/python3"],
    output="Package: libc6\nStatus: install ok installed\nVersion: 2.36-9+deb12u10\nDescription: C: a library\n x: y\n"
    "\nPackage: removed\nStatus: deinstall ok config-files\nVersion: 1\n\n\nPackage: netbase\nVersion: 6.4\n",
)


def started(target: str) -> Answer:
    """A service that misses its environment."""
    name = f"localhost/refunds-{target}"
    return Answer(asked=["run", name], code=2, errors=f"{target}: REFUNDS_MONGODB_URI is missing\n")


def inspected(target: str, **changes: object) -> Answer:
    """As Docker tells of an image: the health check within the configuration."""
    config = {"User": "65532:65532", "Entrypoint": ENTRY_POINT, "Cmd": [target], "Healthcheck": HEALTH, **changes}
    output = json.dumps([{"Id": "sha256:abc", "Config": config}])
    return Answer(asked=["inspect", f"localhost/refunds-{target}"], output=output)


def good(*targets: str) -> list[Answer]:
    """What an engine answers of images that are as they must be."""
    return [BUILT, NO_SHELL, *map(inspected, targets), *map(started, targets)]


def images(
    engine: FakeEngine, *words: str, environment: Mapping[str, str] = BASES
) -> "subprocess.CompletedProcess[str]":
    """Runs the command with nothing else on PATH than the engine, git and this Python."""
    for name, found in (("python3", sys.executable), ("git", shutil.which("git"))):
        if not (engine.path / name).exists():
            (engine.path / name).symlink_to(str(found))
    command = [sys.executable, "-S", str(CONTAINERS / "images"), *words]
    environ = {"PATH": str(engine.path), "HOME": os.environ.get("HOME", "/"), **environment}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)


def test_docker_builds_all_five_on_the_bases_named_and_attaches_the_statements(tmp_path: Path) -> None:
    engine = FakeEngine(tmp_path, "docker", "podman")
    engine.answer(ALIVE, *good(*TARGETS))

    done = images(engine, "--json", "--out", str(tmp_path / "out"))

    builds = engine.calls("build")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {target: {"image": f"localhost/refunds-{target}"} for target in TARGETS}
    assert [call[call.index("--target") + 1] for call in builds] == list(TARGETS)
    assert builds[0][:6] == ["docker", "buildx", "build", "--load", "--sbom=true", "--provenance=mode=max"]
    assert {f"{name}={image}" for name, image in BASES.items()} <= set(builds[0])
    assert not (tmp_path / "out").exists()


def test_podman_builds_where_docker_does_not_answer_and_statements_are_written_beside(tmp_path: Path) -> None:
    engine = FakeEngine(tmp_path, "docker", "podman")
    within = json.loads(inspected("api").output)[0]["Config"]
    health = within.pop("Healthcheck")
    beside = Answer(asked=["inspect"], output=json.dumps([{"Id": "abc", "Healthcheck": health, "Config": within}]))
    engine.answer(AWAY, PODMAN_ALIVE, beside, STATUS, *good("api"))

    done = images(engine, "--target", "api", "--out", str(tmp_path / "out"))

    (build,) = engine.calls("build")
    statement = json.loads((tmp_path / "out/api.provenance.json").read_text())
    assert done.returncode == 0, done.stderr
    assert build[:4] == ["podman", "build", "--format", "docker"]
    assert statement["subject"] == [{"name": IMAGE, "digest": {"sha256": "abc"}}]
    assert statement["predicate"]["runDetails"]["builder"] == {"id": "podman"}
    parts = {
        part["name"]: part["purl"] for part in json.loads((tmp_path / "out/api.sbom.json").read_text())["components"]
    }
    assert parts["libc6"] == "pkg:deb/debian/libc6@2.36-9%2Bdeb12u10"
    assert parts["netbase"] == "pkg:deb/debian/netbase@6.4"
    assert "removed" not in parts
    assert parts["httpx"].startswith("pkg:pypi/httpx@")


def test_image_that_does_not_list_its_parts_gets_no_bill(tmp_path: Path) -> None:
    engine = FakeEngine(tmp_path, "podman")
    engine.answer(PODMAN_ALIVE, replace(STATUS, output="\n"), *good("api"))

    done = images(engine, "--target", "api", "--out", str(tmp_path / "out"))

    assert done.returncode == 1
    assert "api: no dpkg status in the image to list its packages from: it ended with 0 and wrote 1" in done.stderr
    assert not list((tmp_path / "out").glob("*.sbom.json"))


def test_each_image_is_started_as_in_production_and_asked_for_a_shell(tmp_path: Path) -> None:
    engine = FakeEngine(tmp_path, "docker")
    engine.answer(ALIVE, *good("api"))

    done = images(engine, "--target", "api")

    confined = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
    shared = ["docker", "run", "--rm", "--name", "refunds-smoke-api", *confined, "--user", "65532:65532"]
    assert done.returncode == 0, done.stderr
    assert engine.calls("run") == [
        [*shared, IMAGE],
        [*shared, "--entrypoint", "/bin/sh", IMAGE, "-c", "exit 0"],
    ]


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (inspected("api", User="0"), "runs as user 0, must be 65532:65532"),
        (inspected("api", User=""), "runs as user root, must be 65532:65532"),
        (inspected("api", Cmd=["demo"]), "runs /usr/bin/python3 -P -m refunds demo, must be"),
        (inspected("api", Entrypoint=None), "runs api, must be /usr/bin/python3 -P -m refunds api"),
        (inspected("api", Healthcheck=None), "has no health check"),
        (replace(started("api"), code=0, errors=""), "it ended with 0"),
        (replace(started("api"), errors="Traceback\napi: REFUNDS_X is missing\n"), "one line"),
        (replace(NO_SHELL, code=0), "holds a shell"),
        (replace(NO_SHELL, code=125, errors="no space left"), "cannot tell whether it holds a shell: 125"),
    ],
)
def test_image_that_breaks_a_rule_is_named_with_the_rule(tmp_path: Path, wrong: Answer, rule: str) -> None:
    engine = FakeEngine(tmp_path, "docker")
    engine.answer(ALIVE, *([wrong] if wrong.asked[-1] == "/bin/sh" else [NO_SHELL, wrong]), *good("api"))

    done = images(engine, "--target", "api", "--target", "reporting-engine")

    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("images: building")]
    assert done.returncode == 1
    assert line.startswith("images: api: ")
    assert rule in line
    assert len(engine.calls("build")) == 1


def test_nothing_is_started_of_an_image_that_would_run_as_root(tmp_path: Path) -> None:
    engine = FakeEngine(tmp_path, "docker")
    engine.answer(ALIVE, inspected("api", User="0"), *good("api"))

    images(engine, "--target", "api")

    assert engine.calls("run") == []


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "--build-image (or BUILD_IMAGE) and --runtime-image (or RUNTIME_IMAGE)"),
        ({"BUILD_IMAGE": "debian:12"}, "--runtime-image (or RUNTIME_IMAGE)"),
        ({"BUILD_IMAGE": "", "RUNTIME_IMAGE": "x"}, "--build-image (or BUILD_IMAGE)"),
    ],
)
def test_engine_without_its_bases_names_the_options_missing(
    tmp_path: Path, given: Mapping[str, str], missing: str
) -> None:
    engine = FakeEngine(tmp_path, "docker")
    engine.answer(ALIVE, *good("api"))

    done = images(engine, environment=given)

    assert done.returncode == 2
    assert done.stderr == f"images: docker needs {missing}; --local FOLDER makes both bases here instead\n"
    assert engine.calls("build") == []


def test_bases_given_as_options_win_over_the_environment(tmp_path: Path) -> None:
    engine = FakeEngine(tmp_path, "docker")
    engine.answer(ALIVE, *good("api"))

    done = images(engine, "--target", "api", "--build-image", f"mine:1@{DIGEST}")

    (build,) = engine.calls("build")
    assert done.returncode == 0, done.stderr
    assert {f"BUILD_IMAGE=mine:1@{DIGEST}", f"RUNTIME_IMAGE=distroless@{DIGEST}"} <= set(build)


@pytest.mark.parametrize(
    ("given", "loose"),
    [
        ({"RUNTIME_IMAGE": "distroless:latest"}, "--runtime-image (or RUNTIME_IMAGE)"),
        ({"RUNTIME_IMAGE": "distroless@sha256:0"}, "--runtime-image (or RUNTIME_IMAGE)"),
        ({"BUILD_IMAGE": "debian:12"}, "--build-image (or BUILD_IMAGE)"),
        (
            {"BUILD_IMAGE": "debian:12", "RUNTIME_IMAGE": "distroless"},
            "--build-image (or BUILD_IMAGE) and --runtime-image (or RUNTIME_IMAGE)",
        ),
    ],
)
@pytest.mark.parametrize("engine_name", ["docker", "podman", "buildah"])
def test_base_that_is_not_named_by_its_digest_is_refused(
    tmp_path: Path, engine_name: str, given: Mapping[str, str], loose: str
) -> None:
    engine = FakeEngine(tmp_path, engine_name)
    engine.answer(ALIVE, PODMAN_ALIVE, *good("api"))

    done = images(engine, environment={**BASES, **given})

    rule = "must be pinned as IMAGE@sha256:DIGEST: what a tag names today is another image tomorrow"
    assert done.returncode == 2
    assert done.stderr == f"images: {loose} {rule}\n"
    assert engine.calls("build") == []


@pytest.mark.parametrize("programs", [[], ["docker"]], ids=["no engine", "a client without its daemon"])
def test_without_an_engine_and_bases_the_bases_are_made_here(tmp_path: Path, programs: list[str]) -> None:
    engine = FakeEngine(tmp_path, *programs)
    engine.answer(AWAY)

    done = images(engine, environment={})

    assert done.returncode == 2
    assert done.stderr.startswith("local_bases: debootstrap ")


@pytest.mark.parametrize(("words", "name"), [([], "buildah"), (["--engine", "podman"], "podman")])
def test_engine_that_does_not_answer_is_named(tmp_path: Path, words: list[str], name: str) -> None:
    engine = FakeEngine(tmp_path)

    done = images(engine, *words)

    assert done.returncode == 2
    assert done.stderr == f"images: {name} does not answer; without docker or podman, buildah must be on PATH\n"


def test_failed_build_ends_the_command(tmp_path: Path) -> None:
    engine = FakeEngine(tmp_path, "docker")
    engine.answer(ALIVE, replace(BUILT, code=3), *good(*TARGETS))

    done = images(engine)

    assert done.returncode == 1
    assert done.stderr.endswith("images: api: the build failed\n")
    assert engine.calls("run") == []


def test_engine_that_knows_nothing_of_the_image_is_quoted(tmp_path: Path) -> None:
    engine = FakeEngine(tmp_path, "docker")
    engine.answer(ALIVE, replace(inspected("api"), code=1, errors="No such image\n"), *good("api"))

    done = images(engine, "--target", "api")

    assert done.returncode == 1
    assert done.stderr.endswith(f"images: docker image inspect {IMAGE}: No such image\n")


def test_make_images_chooses_nothing_by_itself() -> None:
    command = ["make", "--dry-run", "images", "ARGS=--target api"]

    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert said.stdout.splitlines()[-1] == "infrastructure/containers/images --target api"
