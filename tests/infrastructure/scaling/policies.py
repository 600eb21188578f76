"""The planned scaling of one service as values: alarms, steps, cool-downs and bounds, read from an environment."""

from dataclasses import dataclass
from math import inf

from tests.infrastructure.support.estate import Estate, Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How many tasks more (or fewer) when the measure is this far from the threshold."""

    lower: float
    upper: float
    change: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One direction: its alarm and what it does."""

    threshold: float
    is_above: bool
    minutes: int
    breaches_when_missing: bool
    cooldown_minutes: float
    steps: tuple[Step, ...]

    def breaches(self, measure: float | None) -> bool:
        """Whether one minute's measure is on the wrong side; AWS counts a missing one as the alarm says."""
        if measure is None:
            return self.breaches_when_missing
        return measure > self.threshold if self.is_above else measure < self.threshold

    def change(self, measure: float | None) -> int:
        """Tasks to add for this measure."""
        distance = (measure or 0) - self.threshold
        return next((step.change for step in self.steps if step.lower <= distance < step.upper), self._outermost())

    def _outermost(self) -> int:
        """At its upper end a step down includes the threshold's own distance of 0."""
        return self.steps[-1].change


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """All that decides how many tasks of a service run."""

    service: str
    metric: str
    least: int
    most: int
    out: Policy
    into: Policy


def scaling_of(estate: Estate, service: str) -> Scaling:
    """As planned for the service."""
    target = estate.one("aws_appautoscaling_target", service)
    alarms = {each.name: each for each in estate.of("aws_cloudwatch_metric_alarm", service)}
    policies = {each.name: each for each in estate.of("aws_appautoscaling_policy", service)}
    return Scaling(
        service=service,
        metric=_metric(alarms["scale_out"]),
        least=target["min_capacity"],
        most=target["max_capacity"],
        out=_policy(alarms["scale_out"], policies["out"]),
        into=_policy(alarms["scale_in"], policies["in"]),
    )


def _metric(alarm: Resource) -> str:
    named = (query["metric"][0]["metric_name"] for query in alarm["metric_query"] or () if query["metric"])
    return str(alarm["metric_name"] or next(named))


def _policy(alarm: Resource, policy: Resource) -> Policy:
    (steps,) = policy["step_scaling_policy_configuration"]
    periods = {alarm["period"]} | {q["metric"][0]["period"] for q in alarm["metric_query"] or () if q["metric"]}
    assert periods - {None} == {60}, "the simulation counts in minutes"
    assert alarm["datapoints_to_alarm"] == alarm["evaluation_periods"], "the simulation wants all periods to breach"
    assert steps["adjustment_type"] == "ChangeInCapacity"
    return Policy(
        threshold=alarm["threshold"],
        is_above=alarm["comparison_operator"] == "GreaterThanThreshold",
        minutes=alarm["evaluation_periods"],
        breaches_when_missing=alarm["treat_missing_data"] == "breaching",
        cooldown_minutes=steps["cooldown"] / 60,
        steps=tuple(
            Step(
                lower=_bound(each["metric_interval_lower_bound"], -inf),
                upper=_bound(each["metric_interval_upper_bound"], inf),
                change=each["scaling_adjustment"],
            )
            for each in steps["step_adjustment"]
        ),
    )


def _bound(text: str | None, open_: float) -> float:
    return open_ if text in (None, "") else float(text)
