"""Builds the images with buildah on local bases, once per state of their sources, and mounts them."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
CONTAINERS = ROOT / "infrastructure" / "containers"
TARGETS = ("api", "request-manager", "gateway-integration", "parameter-resolution", "reporting-engine")
KEPT_IN = ROOT / ".cache" / "containers"
"""Kept between runs, in the clone: so a second run needs no network."""

STATEMENTS = KEPT_IN / "statements"
BUILD_TIMEOUT_S = 900
USER = 65532


def missing() -> str:
    """What keeps this machine from building images; empty where nothing does."""
    if os.geteuid() != 0:
        return "building images needs root"
    tools = [tool for tool in ("buildah", "debootstrap", "unshare") if shutil.which(tool) is None]
    return f"missing: {', '.join(tools)} (Debian packages)" if tools else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounted:
    """An image's root file system and configuration."""

    target: str
    root: Path
    config_file: Path

    @property
    def config(self) -> Mapping[str, object]:
        """Entry point, command, user, environment, health check."""
        found: Mapping[str, object] = json.loads(self.config_file.read_text())
        return found


def build(*targets: str) -> None:
    """Builds images and their statements; the third minute of the first run, seconds later."""
    chosen = [word for target in targets for word in ("--target", target)]
    command = [str(CONTAINERS / "images"), "--local", str(KEPT_IN), "--out", str(STATEMENTS), *chosen]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=BUILD_TIMEOUT_S)
    assert done.returncode == 0, done.stderr[-3000:]


def mount(target: str, folder: Path) -> Mounted:
    """Mounts a built image until `unmount`."""
    name = f"localhost/refunds-{target}"
    container = _buildah("from", "--pull-never", name)
    root = Path(_buildah("mount", container))
    inspected = json.loads(_buildah("inspect", "--type", "image", name))
    config_file = folder / f"{target}.json"
    config_file.write_text(json.dumps(inspected["Docker"]["config"]))
    (folder / f"{target}.container").write_text(container)
    return Mounted(target=target, root=root, config_file=config_file)


def unmount(mounted: Mounted) -> None:
    """Lets the working container go; the image stays."""
    container = mounted.config_file.with_suffix(".container").read_text()
    _buildah("rm", container)


def _buildah(*arguments: str) -> str:
    storage = KEPT_IN / "storage"
    options = ["--root", str(storage), "--runroot", str(storage / "run"), "--storage-driver", "overlay"]
    done = subprocess.run(["buildah", *options, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()
