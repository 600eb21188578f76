"""The public contract breaks no caller of the last release; the comparison finds what would, and nothing else."""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from tests.support.public_contract.compatibility import (
    Contract,
    accepted_changes,
    incompatible_changes,
    read_contract,
)
from tests.support.public_contract.findings import Finding
from tests.support.public_contract.planted import COMPATIBLE, INCOMPATIBLE, fields, operation, query, schema

CONTRACT = Path(__file__).parents[3] / "contract"
RELEASED = CONTRACT / "released"
TODAY = date(2026, 11, 30)


@cache
def text_of_contract() -> str:
    """The present contract as text, so that each test changes a copy of its own."""
    now = read_contract(CONTRACT)
    return json.dumps({"openapi": now.openapi, "events": now.events})


@pytest.fixture
def old() -> Contract:
    """The present contract."""
    return Contract(**json.loads(text_of_contract()))


@pytest.fixture
def new() -> Contract:
    """The present contract, to be changed."""
    return Contract(**json.loads(text_of_contract()))


def test_present_contract_breaks_no_caller_of_the_released_one() -> None:
    accepted = accepted_changes(RELEASED)

    found = incompatible_changes(read_contract(RELEASED), read_contract(CONTRACT), TODAY)

    assert [str(finding) for finding in found if finding not in accepted] == []
    assert [str(finding) for finding in accepted if finding not in found] == [], "accepted, and not there any more"


@pytest.mark.parametrize("name", INCOMPATIBLE)
def test_incompatible_change_is_found(name: str, old: Contract, new: Contract) -> None:
    kind, plant = INCOMPATIBLE[name]

    plant(new)

    assert kind in {finding.kind for finding in incompatible_changes(old, new, TODAY)}


@pytest.mark.parametrize("name", COMPATIBLE)
def test_compatible_change_is_not_accused(name: str, old: Contract, new: Contract) -> None:
    COMPATIBLE[name](new)

    assert new != old, "nothing was planted"
    assert [str(finding) for finding in incompatible_changes(old, new, TODAY)] == []


def test_change_of_a_schema_in_both_directions_is_named_once_for_each(old: Contract, new: Contract) -> None:
    fields(new, "LineItemBody")["amount"]["type"] = "string"

    assert [(one.kind, one.where) for one in incompatible_changes(old, new, TODAY)] == [
        ("request_type_changed", "LineItemBody (request)/amount"),
        ("response_type_changed", "LineItemBody (response)/amount"),
    ]


def test_new_value_of_an_answer_is_compatible_only_where_the_field_is_open(old: Contract, new: Contract) -> None:
    known = ["failed", "completed"]
    for contract, more in ((old, []), (new, ["settled"])):
        fields(contract, "RefundOut")["status"]["enum"] = [*known, *more]
        fields(contract, "RefundRowOut")["status"]["x-extensible-enum"] = [*known, *more]

    assert incompatible_changes(old, new, TODAY) == [
        Finding(where="RefundOut (response)/status", kind="response_value_added", detail="settled")
    ]


def test_value_taken_from_an_open_field_of_a_request_is_incompatible(old: Contract, new: Contract) -> None:
    fields(old, "ReasonBody")["code"]["x-extensible-enum"] = ["lost", "late"]
    fields(new, "ReasonBody")["code"]["x-extensible-enum"] = ["lost"]

    assert incompatible_changes(old, new, TODAY) == [
        Finding(where="ReasonBody (request)/code", kind="request_value_removed", detail="late")
    ]


def test_one_of_several_alternatives_of_a_type_is_enough(old: Contract, new: Contract) -> None:
    short, long = {"type": "string", "maxLength": 5}, {"type": "string", "maxLength": 9}
    fields(old, "DecideApprovalBody")["text"] = short
    fields(new, "DecideApprovalBody")["text"] = {"anyOf": [{"type": "string", "pattern": "^x"}, long]}

    assert incompatible_changes(old, new, TODAY) == []

    long["maxLength"] = 4
    assert [one.kind for one in incompatible_changes(old, new, TODAY)] == ["request_alternative_changed"]


def test_schema_that_contains_itself_is_compared(old: Contract, new: Contract) -> None:
    for contract in (old, new):
        fields(contract, "RefundOut")["parent"] = {"$ref": "#/components/schemas/RefundOut"}
    fields(new, "RefundOut").pop("arn")

    assert [one.where for one in incompatible_changes(old, new, TODAY)] == ["RefundOut (response)/arn"]


@pytest.mark.parametrize(("sunset", "kinds"), [("2026-11-30", set()), ("2026-12-01", {"removed"}), (None, {"removed"})])
def test_what_was_announced_as_deprecated_may_go_at_its_sunset(
    sunset: str | None, kinds: set[str], old: Contract, new: Contract
) -> None:
    marks = {"deprecated": True} | ({"x-sunset": sunset} if sunset else {})
    for described in (operation(old, "/v1/audit", "get"), query(old, "reason"), fields(old, "RefundOut")["arn"]):
        described.update(marks)

    new.openapi["paths"].pop("/v1/audit")
    operation(new, method="get")["parameters"].remove(query(new, "reason"))
    fields(new, "RefundOut").pop("arn")
    schema(new, "RefundOut")["required"].remove("arn")

    found = incompatible_changes(old, new, TODAY)
    assert {finding.kind.rpartition("_")[2] for finding in found} == kinds
    assert len(found) == 3 * len(kinds)


def test_accepted_change_needs_a_reason(tmp_path: Path) -> None:
    entry = {"where": "GET /v1/audit", "kind": "operation_removed", "detail": "the operation is gone"}
    (tmp_path / "accepted.json").write_text(json.dumps([entry | {"reason": "it never answered"}]), encoding="utf-8")

    assert [finding.as_json() for finding in accepted_changes(tmp_path)] == [entry]

    (tmp_path / "accepted.json").write_text(json.dumps([entry | {"reason": " "}]), encoding="utf-8")
    with pytest.raises(ValueError, match="needs a reason"):
        accepted_changes(tmp_path)
