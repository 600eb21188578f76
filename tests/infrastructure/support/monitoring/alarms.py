"""Which of an estate's CloudWatch alarms are on in a given state of the world, and which topics they tell.

Faithful for what the product's alarms use: missing data, metric math of +, *, /, >, ==, IF, FILL, MAX and
SUM(METRICS()), a SELECT of one sum, composite rules.
The state lasts, so that all periods of an alarm show the same and need no counting. Before it, all alarms were off.
Anything else is refused loudly (KeyError, TypeError), never taken for on or off.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping

from tests.infrastructure.support.estate import Estate, Resource
from tests.infrastructure.support.monitoring.metrics import SELECT

_COMPOSITE = "aws_cloudwatch_composite_alarm"
World = Mapping[str, float]
"""What CloudWatch has measured, by the metrics' names; whatever is not in it has no data."""

_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_IS_ON_WITHOUT_DATA = {"breaching": True, "notBreaching": False, "ignore": False, "missing": False}
_MATHS: Mapping[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.Eq: operator.eq,
}


def alarms_on(estate: Estate, world: World) -> list[Resource]:
    """The alarms that tell people and are on, composite ones too. Those that only scale are left out."""
    metric_alarms = [each for each in estate.of("aws_cloudwatch_metric_alarm") if topics_of(each)]
    on = [each for each in metric_alarms if is_on(each, world)]
    names = {each["alarm_name"]: each in on for each in metric_alarms}
    return on + [each for each in estate.of(_COMPOSITE) if holds(each["alarm_rule"], names)]


def topics_of(alarm: Resource) -> set[str]:
    """ARNs of the topics that it tells when it goes on."""
    is_silent = alarm.values.get("actions_enabled") is False
    return set() if is_silent else {arn for arn in alarm["alarm_actions"] or [] if ":sns:" in arn}


def is_on(alarm: Resource, world: World) -> bool:
    """Whether a metric alarm is on."""
    value = _value(alarm, world)
    if value is None:
        return _IS_ON_WITHOUT_DATA[alarm["treat_missing_data"]]
    return _COMPARISONS[alarm["comparison_operator"]](value, alarm["threshold"])


def holds(rule: str, alarms: Mapping[str, bool]) -> bool:
    """Whether a composite alarm's rule does, given which alarms are on; KeyError where it names another."""
    written_as_python = re.sub(r"\b(AND|OR|NOT)\b", lambda word: word[0].lower(), rule)
    return _holds(ast.parse(written_as_python.strip(), mode="eval").body, alarms)


def computed(expression: str, values: Mapping[str, float | None]) -> float | None:
    """Metric math, given the value of each id; None: no data."""
    return _computed(ast.parse(expression, mode="eval").body, values)


def _value(alarm: Resource, world: World) -> float | None:
    queries = alarm.values.get("metric_query") or []
    if not queries:
        return world.get(alarm["metric_name"])
    values = {query["id"]: world.get(metric["metric_name"]) for query in queries for metric in query["metric"]}
    (returned,) = [query for query in queries if query["return_data"]]
    selected = SELECT.match(returned["expression"])
    return world.get(selected["name"]) if selected else computed(returned["expression"], values)


def _holds(node: ast.expr, alarms: Mapping[str, bool]) -> bool:
    match node:
        case ast.BoolOp():
            # All of them are read, so that none may name an alarm that does not exist.
            parts = [_holds(each, alarms) for each in node.values]
            return all(parts) if isinstance(node.op, ast.And) else any(parts)
        case ast.UnaryOp(op=ast.Not()):
            return not _holds(node.operand, alarms)
        case ast.Call(func=ast.Name(id="ALARM"), args=[ast.Constant(value=str() as name)]):
            return alarms[name]
    raise TypeError(f"not understood in a composite rule: {ast.unparse(node)}")


def _computed(node: ast.expr, values: Mapping[str, float | None]) -> float | None:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name():
            return values[node.id]
        case ast.BinOp():
            return _both(_MATHS[type(node.op)], _computed(node.left, values), _computed(node.right, values))
        case ast.Compare(ops=[op], comparators=[right]):
            return _both(_MATHS[type(op)], _computed(node.left, values), _computed(right, values))
        case ast.Call(func=ast.Name()):
            return _called(node.func.id, node.args, values)
    raise TypeError(f"not understood in metric math: {ast.unparse(node)}")


def _called(name: str, given: list[ast.expr], values: Mapping[str, float | None]) -> float | None:
    match name, given:
        case "FILL", [metric, filling]:
            found = _computed(metric, values)
            return _computed(filling, values) if found is None else found
        case "IF", [condition, then, otherwise]:
            is_so = _computed(condition, values)
            return None if is_so is None else _computed(then if is_so else otherwise, values)
        case "MAX", [ast.List(elts=several)]:
            present = [each for each in (_computed(one, values) for one in several) if each is not None]
            return max(present, default=None)
        case "SUM", [ast.Call(func=ast.Name(id="METRICS"), args=[ast.Constant(value=str() as part)])]:
            summands = [value for id_, value in values.items() if part in id_ and value is not None]
            return sum(summands) if summands else None
    raise TypeError(f"not understood in metric math: {name}")


def _both(maths: Callable[[float, float], float], left: float | None, right: float | None) -> float | None:
    return None if left is None or right is None else maths(left, right)
