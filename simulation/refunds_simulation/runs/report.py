"""The output of `refunds simulate`, as lines for people or as one JSON value for programs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from refunds_simulation.runs.run import DAY_S, Result
from refunds_simulation.runs.shrink import Shrunk

VIOLATIONS_SHOWN = 10


def lines_of(result: Result) -> Iterator[str]:
    """Yields the lines for one result, which are a summary, the violations and the story."""
    yield (
        f"seed {result.seed} trace {result.trace} violations {result.violations_count} "
        f"commands {result.commands} (at least {result.commands_per_hour_min} an hour) "
        f"faults {sum(result.faults.values())} (at least {result.faults_per_hour_min} an hour) "
        f"{result.days_per_second:.2f} days/s"
    )
    for violation in result.violations[:VIOLATIONS_SHOWN]:
        yield f"  {violation.kind}: {violation.subject} {violation.line}"
    if result.story is not None:
        yield from (f"  {line}" for line in result.story.lines)


def lines_of_shrunk(small: Shrunk) -> Iterator[str]:
    """Yields the lines for a shrunk failure, including the command that replays it and the story."""
    yield (
        f"shrunk to {small.settings.hours} hours, {small.faults_left} faults, {small.scripts_left} callers "
        f"in {small.runs} runs; replay it by"
    )
    yield f"  {small.command}"
    yield from lines_of(small.result)


@dataclass(slots=True)
class Totals:
    """Collects the results of several seeds and sums them up."""

    results: list[Result] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Adds the result of one seed."""
        self.results.append(result)

    def _sum(self, name: str) -> dict[str, int]:
        sums: dict[str, int] = {}
        for result in self.results:
            counts: Mapping[str, int] = getattr(result, name)
            for key, count in counts.items():
                sums[key] = sums.get(key, 0) + count
        return dict(sorted(sums.items()))

    @property
    def days_per_second(self) -> float:
        """Returns the simulated days per second of CPU time."""
        return sum(r.simulated_s for r in self.results) / DAY_S / sum(r.took_s for r in self.results)

    def lines(self) -> Iterator[str]:
        """Yields the sums over all results as lines."""
        failed = [result.seed for result in self.results if not result.is_clean]
        yield f"runs {len(self.results)}, failed {len(failed)}{f': seeds {failed[:20]}' if failed else ''}"
        yield f"violations {sum(result.violations_count for result in self.results)}"
        yield f"commands {sum(r.commands for r in self.results)}, requests {sum(r.requests for r in self.results)}"
        for title, name in (
            ("faults", "faults"),
            ("on the way", "happened"),
            ("answers", "answers"),
            ("states reached", "states"),
            ("logged", "logged"),
        ):
            yield f"{title}: {', '.join(f'{key} {count}' for key, count in self._sum(name).items())}"
        yield f"{self.days_per_second:.2f} simulated days per second"


def out_of(totals: Totals, small: Shrunk | None) -> dict[str, Any]:
    """Returns all results, and the shrunk failure if there is one, as one JSON value."""
    return {
        "runs": [
            {
                "seed": result.seed,
                "trace": result.trace,
                "events": result.events,
                "violations": [
                    {"kind": violation.kind, "subject": violation.subject, "line": violation.line}
                    for violation in result.violations
                ],
                "violations_count": result.violations_count,
                "commands": result.commands,
                "commands_per_hour_min": result.commands_per_hour_min,
                "requests": result.requests,
                "faults": result.faults,
                "faults_per_hour_min": result.faults_per_hour_min,
                "happened": result.happened,
                "answers": result.answers,
                "states": result.states,
                "simulated_s": round(result.simulated_s, 3),
                "settled_s": round(result.settled_s, 3),
            }
            for result in totals.results
        ],
        "days_per_second": round(totals.days_per_second, 3),
        "replay": small.command if small is not None else "",
        "story": list(small.result.story.lines) if small is not None and small.result.story is not None else [],
    }
