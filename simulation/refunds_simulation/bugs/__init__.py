"""Planted bugs: small named patches of the product's behaviour, each of which the simulator must find.

A bug is a `Bug` in one of the modules named in `REGISTERED`. `planted` applies one for the duration of a run.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from refunds_simulation.bugs import attempts, core, edges, people, readers, results, writes
from refunds_simulation.bugs.patching import Bug

REGISTERED = (*core.BUGS, *attempts.BUGS, *results.BUGS, *writes.BUGS, *people.BUGS, *readers.BUGS, *edges.BUGS)

BUGS: Mapping[str, Bug] = {bug.name: bug for bug in REGISTERED}


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
