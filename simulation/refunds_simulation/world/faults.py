"""Plans the faults of a simulation from the seed. Each fault has a time, a kind and a duration.

A replay may leave out any of the faults.
"""

from dataclasses import dataclass

from refunds_simulation.machine.chance import stream
from refunds_simulation.settings import RunSettings
from refunds_simulation.world.fault_kinds import HARSH_KINDS, KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. It begins at second `at_s` and lasts `lasts_s` seconds. If `lasts_s` is 0, it ends at once."""

    number: int
    at_s: float
    lasts_s: float
    kind: str


FAULTS_PER_HOUR = (2, 5)


def plan(settings: RunSettings, bursts: "list[float]") -> list[Fault]:
    """Returns the faults of all hours. Most of the faults happen during the callers' bursts."""
    seeded_random, faults = stream(settings.seed, "faults"), list[Fault]()
    kinds = HARSH_KINDS if settings.is_harsh else KINDS
    names, weights = list(kinds), [weight for _, weight, _ in kinds.values()]
    for hour in range(settings.hours):
        low, high = FAULTS_PER_HOUR
        busy = [at_s for at_s in bursts if hour * 3600.0 <= at_s < (hour + 1) * 3600.0]
        for _ in range(low + int(seeded_random.random() * (high - low + 1))):
            kind = seeded_random.choices(names, weights)[0]
            at_s = (
                seeded_random.choice(busy) + seeded_random.random() * 20.0 - 2.0
                if busy and seeded_random.random() < 0.85
                else hour * 3600.0 + seeded_random.random() * 3500.0
            )
            lasts_s = kinds[kind][2] * (0.1 + 0.9 * seeded_random.random())
            faults.append(
                Fault(number=len(faults), at_s=max(at_s, 0.0), lasts_s=lasts_s if kinds[kind][2] else 0.0, kind=kind)
            )
    return faults
