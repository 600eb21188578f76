"""Defines the file of `bench growth`, from which the page and the picture are made."""

import msgspec

from bench.measure.groups import MONGOD, SERVICES
from bench.measure.result import Machine, Measurement

PAYMENTS, REFUNDS, MERCHANTS = "payments", "refunds", "merchants"
OPERATIONS = ("create", "complete", "read", "list")


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """CPU of one operation in µs, and how sound its run was."""

    services_us: float
    mongod_us: float
    operations: int
    errors: int
    others_share: float

    @property
    def cpu_us(self) -> float:
        """Services and mongod together."""
        return self.services_us + self.mongod_us


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """The costs at one size. Each payment has `refunds_each` stored refunds before another one is created.

    `factor` is what grows: PAYMENTS, REFUNDS or MERCHANTS.
    """

    factor: str
    payments: int
    refunds_each: int
    merchants: int
    costs: dict[str, Cost]


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """All cells of one call."""

    commit: str
    date: str
    machine: Machine
    cells: list[Cell]


def cost_of(measurement: Measurement) -> Cost:
    """The cost that a measurement shows."""
    return Cost(
        services_us=measurement.cpu_us.get(SERVICES, 0.0),
        mongod_us=measurement.cpu_us.get(MONGOD, 0.0),
        operations=measurement.operations,
        errors=measurement.errors,
        others_share=measurement.others_share,
    )
