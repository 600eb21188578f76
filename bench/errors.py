"""What can keep a benchmark from being done, drawn as one tree; the runner reports it and goes on."""


class BenchFailed(Exception):
    """A benchmark could not be measured."""


class NotLoopback(BenchFailed):
    """The load was meant for another machine."""


class PlanInvalid(BenchFailed):
    """A plan of the load generator outside of its bounds."""


class LoadFailed(BenchFailed):
    """The load generator could not do its plan."""


class StartFailed(BenchFailed):
    """The instance did not become ready."""


class CallRefused(BenchFailed):
    """The API did not answer with 2xx."""


class SeedingFailed(BenchFailed):
    """Not all tenants or payments could be made."""


class NothingToRead(BenchFailed):
    """No refund could be made to be read."""


class VersionMissing(BenchFailed):
    """The earlier version could not be checked out or installed."""


class NeighbourEnded(BenchFailed):
    """The load beside the measured one ended before it."""
