"""What must hold of a built image before anybody uses it. Called by `images` after each build; changes nothing.

An image says whom and what it runs, ends by itself where its environment is missing, and holds no shell.
"""

from collections.abc import Iterator

from engines import Configuration, Ended, Engine

USER = "65532:65532"
ENTRY_POINT = ("/usr/bin/python3", "-P", "-m", "refunds")
NOT_FOUND = 127
"""How Docker and Podman end where the program is not in the image; buildah says so in words."""


def faults(engine: Engine, target: str) -> list[str]:
    """One line for each rule that the image breaks; nothing is started of an image that would run as somebody else."""
    return list(_faults_of_configuration(engine.configuration(target), target)) or [
        *_faults_of_start(engine.start(target), target),
        *_faults_of_shell(engine.start_shell(target)),
    ]


def _faults_of_configuration(said: Configuration, target: str) -> Iterator[str]:
    if said.user != USER:
        yield f"runs as user {said.user or 'root'}, must be {USER}"
    if said.entry_point != ENTRY_POINT or said.command != (target,):
        yield f"runs {' '.join((*said.entry_point, *said.command))}, must be {' '.join((*ENTRY_POINT, target))}"
    if said.health_check[-1:] != ("health",):
        yield "has no health check by the program itself"


def _faults_of_start(ended: Ended, target: str) -> Iterator[str]:
    lines = ended.errors.splitlines()
    if ended.code != 2 or len(lines) != 1 or not lines[0].startswith(f"{target}: REFUNDS_"):
        yield f"without an environment it must end with 2 and one line, it ended with {ended.code}: {ended.errors!r}"


def _faults_of_shell(ended: Ended) -> Iterator[str]:
    if ended.code == 0:
        yield "holds a shell: /bin/sh runs"
    elif ended.code != NOT_FOUND and "no such file or directory" not in ended.errors.lower():
        yield f"cannot tell whether it holds a shell: {ended.code} {ended.errors!r}"
