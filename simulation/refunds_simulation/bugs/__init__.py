"""Planted bugs: small named patches of the product's behaviour, each of which the simulator must find.

A bug is a `Bug` in one of the modules named in `REGISTERED`. `planted` applies one for the duration of a run.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from refunds_simulation.bugs import attempts, core, edges, people, readers, results, writes
from refunds_simulation.bugs.patching import Bug
from refunds_simulation.settings import RunSettings

REGISTERED = (*core.BUGS, *attempts.BUGS, *results.BUGS, *writes.BUGS, *people.BUGS, *readers.BUGS, *edges.BUGS)

BUGS: Mapping[str, Bug] = {bug.name: bug for bug in REGISTERED}


def situations_of(name: str) -> frozenset[str]:
    """Returns the situations that the bug of that name needs; none for an empty or unknown name."""
    return BUGS[name].situations if name in BUGS else frozenset()


def with_situations(settings: RunSettings) -> RunSettings:
    """Returns the settings of a run with the situations that its bug needs."""
    return replace(settings, situations=settings.situations | situations_of(settings.bug))


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Plants the bug of that name while the context lasts; an empty name plants none.

    ValueError for an unknown name.
    """
    if not name:
        yield
        return
    if name not in BUGS:
        raise ValueError(f"no bug is called {name}; there are: {', '.join(BUGS)}")
    with BUGS[name].apply():
        yield
