"""The reasons why a benchmark cannot be measured. All have one base class.

The runner reports the error and continues with the next benchmark.
"""


class BenchFailed(Exception):
    """The benchmark could not be measured."""


class NotLoopback(BenchFailed):
    """The load would go to another machine."""


class PlanInvalid(BenchFailed):
    """A value in the plan of the load generator is outside its limits."""


class LoadFailed(BenchFailed):
    """The load generator could not carry out its plan."""


class StartFailed(BenchFailed):
    """The instance did not become ready."""


class CallRefused(BenchFailed):
    """The API's answer did not have a 2xx status."""


class SeedingFailed(BenchFailed):
    """Not all tenants or payments could be created."""


class NothingToRead(BenchFailed):
    """No refund could be created, so there is nothing to read."""


class VersionMissing(BenchFailed):
    """The earlier version could not be checked out or installed."""


class NeighbourEnded(BenchFailed):
    """The load of the busy merchant ended before the measured load."""
