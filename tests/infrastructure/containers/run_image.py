"""Runs a service in the root file system of its image, where no container engine is at hand.

    python -m tests.infrastructure.containers.run_image ROOT IMAGE_CONFIG [--bind FILE] [--entry PROGRAM] [WORD ...]

ROOT is the mounted image, IMAGE_CONFIG the JSON of its configuration (entry point, command, user, environment). What
an engine would do: a mount namespace of its own, the root file system read-only, an empty /tmp in memory, /proc, the
image's user with no capability left and none to gain, the image's environment below the given REFUNDS_ variables.
The network is the machine's, because a service of a test listens on loopback only. Needs root.
"""

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path

BOUND = "/tmp/bound"
"""Where `--bind FILE` is seen inside, readable by the image's user."""

PR_SET_NO_NEW_PRIVS = 38
"""linux/prctl.h"""

PASSED_ON = ("REFUNDS_", "AWS_")
LEFT_OUT = ("REFUNDS_ANCHORS_FOLDER", "REFUNDS_ANCHOR_KEY_FILE")
"""Anchors in a folder are the embedded instance's: in production they go to a bucket."""


def main() -> None:
    """Becomes the process of the image."""
    root, config_file, *words = sys.argv[1:]
    bound, words = _option("--bind", words)
    entry, words = _option("--entry", words)
    config = json.loads(Path(config_file).read_text())
    user, group = (int(part) for part in config["User"].split(":"))
    _again_in_own_namespace()
    _mount_all(Path(root), bound, (user, group))
    os.chroot(root)
    os.chdir(config.get("WorkingDir") or "/")
    command = [entry, *words] if entry else [*config["Entrypoint"], *(words or config["Cmd"])]
    environ = dict(pair.split("=", 1) for pair in config["Env"])
    environ |= dict(_passed_on())
    if bound:
        environ["REFUNDS_ISSUER_KEY_FILE"] = BOUND
    os.setgroups([])
    os.setresgid(group, group, group)
    _gain_nothing_new()
    os.setresuid(user, user, user)
    os.execve(command[0], command, environ)


def _passed_on() -> list[tuple[str, str]]:
    return [(k, v) for k, v in os.environ.items() if k.startswith(PASSED_ON) and k not in LEFT_OUT]


def _option(name: str, words: list[str]) -> tuple[str | None, list[str]]:
    return (words[1], words[2:]) if words[:1] == [name] else (None, words)


def _gain_nothing_new() -> None:
    """No program that it starts can rise by its mode bits."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _again_in_own_namespace() -> None:
    """Python before 3.12 cannot unshare by itself: starts itself again under unshare(1)."""
    if os.environ.get("RUN_IMAGE_UNSHARED"):
        return
    environ = {**os.environ, "RUN_IMAGE_UNSHARED": "1"}
    os.execvpe("unshare", ["unshare", "--mount", sys.executable, __file__, *sys.argv[1:]], environ)


def _mount_all(root: Path, bound: str | None, owner: tuple[int, int]) -> None:
    _mount("--make-rprivate", "/")
    _mount("--bind", str(root), str(root))
    _mount("-o", "remount,ro,bind", str(root))
    _mount("-t", "tmpfs", "-o", "mode=1777,size=16m", "tmpfs", str(root / "tmp"))
    _mount("-t", "proc", "proc", str(root / "proc"))
    _mount("--rbind", "/dev", str(root / "dev"))
    if bound:
        inside = root / BOUND.lstrip("/")
        inside.write_bytes(Path(bound).read_bytes())
        os.chown(inside, *owner)
        inside.chmod(0o400)


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


if __name__ == "__main__":
    main()
