"""IAM's decision on a request, as AWS documents it: a deny wins, else some policy must allow, within the boundary.

Faithful for what the product's policies use: (Not)Action and (Not)Resource with * and ?, and the condition operators of
OPERATORS with …IfExists. Anything else is refused loudly, never taken for allowed or denied. One account: a policy of a
role or of a resource is enough, but what a boundary leaves out is denied.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

KNOWN = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition", "Principal"}


class PolicyNotUnderstoodError(AssertionError):
    """A policy uses something that this simulation does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody wants to do to something, and what AWS knows about the moment (condition keys in lower case)."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """The policies of a role, and its boundary."""

    policies: tuple[Mapping[str, Any], ...]
    boundary: Mapping[str, Any] | None = None

    def may(self, request: Request) -> bool:
        """Whether AWS would let it."""
        documents = [*self.policies, *([self.boundary] if self.boundary is not None else [])]
        if any(_says("Deny", document, request) for document in documents):
            return False
        in_boundary = self.boundary is None or _says("Allow", self.boundary, request)
        return in_boundary and any(_says("Allow", document, request) for document in self.policies)

    @property
    def actions(self) -> set[str]:
        """All that its policies allow on anything."""
        statements = [each for document in self.policies for each in document["Statement"]]
        return {action for each in statements if each["Effect"] == "Allow" for action in _listed(each["Action"])}


def parsed(policy: str) -> Mapping[str, Any]:
    """A policy document from its JSON."""
    document: Mapping[str, Any] = json.loads(policy)
    return document


def from_data_source(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document that an aws_iam_policy_document makes of its statements; a mocked provider does not make it."""
    return {"Version": "2012-10-17", "Statement": [_statement(each) for each in values["statement"]]}


def _statement(given: Mapping[str, Any]) -> dict[str, Any]:
    names = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}
    made: dict[str, Any] = {"Sid": given.get("sid"), "Effect": given.get("effect") or "Allow"}
    made |= {word: list(given[name]) for name, word in names.items() if given.get(name)}
    conditions: dict[str, dict[str, list[str]]] = {}
    for each in given.get("condition") or ():
        conditions.setdefault(each["test"], {})[each["variable"]] = list(each["values"])
    principals = {each["type"]: list(each["identifiers"]) for each in given.get("principals") or ()}
    return made | ({"Condition": conditions} if conditions else {}) | ({"Principal": principals} if principals else {})


def _says(effect: str, document: Mapping[str, Any], request: Request) -> bool:
    statements = document["Statement"]
    listed = [statements] if isinstance(statements, Mapping) else statements
    return any(statement["Effect"] == effect and _applies(statement, request) for statement in listed)


def _applies(statement: Mapping[str, Any], request: Request) -> bool:
    unknown = set(statement) - KNOWN
    if unknown:
        raise PolicyNotUnderstoodError(f"statement with {sorted(unknown)}")
    return (
        _matches(statement, "Action", request.action, ignore_case=True)
        and _matches(statement, "Resource", request.resource)
        and all(_holds(operator, keys, request) for operator, keys in statement.get("Condition", {}).items())
    )


def _matches(statement: Mapping[str, Any], word: str, text: str, *, ignore_case: bool = False) -> bool:
    """By the element or by its opposite; a statement without either (a trust policy's resource) is about everything."""
    if word in statement:
        return _any_like(_listed(statement[word]), text, ignore_case=ignore_case)
    if f"Not{word}" in statement:
        return not _any_like(_listed(statement[f"Not{word}"]), text, ignore_case=ignore_case)
    return word == "Resource"


def _listed(value: str | Iterable[str]) -> list[str]:
    return [value] if isinstance(value, str) else [str(each) for each in value]


def _any_like(patterns: Iterable[str], text: str, *, ignore_case: bool = False) -> bool:
    return any(_pattern(pattern, ignore_case=ignore_case).fullmatch(text) for pattern in patterns)


@cache
def _pattern(wildcards: str, *, ignore_case: bool) -> re.Pattern[str]:
    if "${" in wildcards:
        raise PolicyNotUnderstoodError(f"policy variable in {wildcards}")
    letters = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in wildcards)
    return re.compile(letters, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


Test = Callable[[list[str], str], bool]

OPERATORS: Mapping[str, Test] = {
    "StringEquals": lambda wanted, found: found in wanted,
    "StringNotEquals": lambda wanted, found: found not in wanted,
    "StringEqualsIgnoreCase": lambda wanted, found: found.lower() in [each.lower() for each in wanted],
    "StringLike": _any_like,
    "StringNotLike": lambda wanted, found: not _any_like(wanted, found),
    "ArnEquals": _any_like,
    "ArnLike": _any_like,
    "ArnNotEquals": lambda wanted, found: not _any_like(wanted, found),
    "ArnNotLike": lambda wanted, found: not _any_like(wanted, found),
    "Bool": lambda wanted, found: found.lower() in [each.lower() for each in wanted],
    "NumericLessThan": lambda wanted, found: any(float(found) < float(each) for each in wanted),
    "NumericGreaterThan": lambda wanted, found: any(float(found) > float(each) for each in wanted),
}
"""A key that the request lacks fails the positive ones and passes those with Not in their name."""


def _holds(operator: str, keys: Mapping[str, str | list[str]], request: Request) -> bool:
    return all(_key_holds(operator, key.lower(), _listed(wanted), request) for key, wanted in keys.items())


def _key_holds(operator: str, key: str, wanted: list[str], request: Request) -> bool:
    found = request.context.get(key)
    if operator == "Null":
        return (found is None) is (wanted[0].lower() == "true")
    name = operator.removesuffix("IfExists")
    if name not in OPERATORS:
        raise PolicyNotUnderstoodError(f"condition operator {operator}")
    if found is None:
        return operator.endswith("IfExists") or "Not" in name
    return OPERATORS[name](wanted, found)
