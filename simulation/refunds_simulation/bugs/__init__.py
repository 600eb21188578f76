"""Planted bugs are small named patches that make the product wrong. The simulator must find each of them.

The modules named in `REGISTERED` define the bugs. `planted` applies one bug for a while.
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
    """Returns the situations that the named bug needs, or an empty set if the name is empty or unknown."""
    return BUGS[name].situations if name in BUGS else frozenset()


def with_situations(settings: RunSettings) -> RunSettings:
    """Returns the settings, extended by the situations that their bug needs."""
    return replace(settings, situations=settings.situations | situations_of(settings.bug))


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Applies the bug with this name while the context lasts. An empty name applies no bug.

    Raises ValueError for an unknown name.
    """
    if not name:
        yield
        return
    if name not in BUGS:
        raise ValueError(f"no bug is called {name}; there are: {', '.join(BUGS)}")
    with BUGS[name].apply():
        yield
