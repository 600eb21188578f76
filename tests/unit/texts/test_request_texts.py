"""Every refusal of the web has a text: it says what happened, why and what to do, and names no fact that it lacks."""

import ast
from pathlib import Path

import pytest

import refunds
from refunds.texts.requests import body_facts, caller_facts, file_facts, header_facts, limit_facts, route_facts
from refunds.texts.requests.request_fact import RequestFact
from refunds.texts.requests.request_texts import REQUEST_TEXTS, detail_of
from refunds.texts.text import FORMATS, fields_of

MODULES = (body_facts, caller_facts, file_facts, header_facts, limit_facts, route_facts)
KINDS = [
    kind
    for module in MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and kind.__base__ is RequestFact
]
SRC = Path(refunds.__file__).parent
MAKES_PROBLEMS_OF_OTHER_TEXTS = {
    "runtime/http/problems.py",
    "runtime/schema/decoding.py",
}
"""Where the detail is that of an error or of fields."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_refusal_has_one_text_with_all_parts_and_known_fields(kind: type[RequestFact]) -> None:
    text = REQUEST_TEXTS[kind]
    parts = (text.what,) if kind is file_facts.RowOfOtherFile else (text.what, text.why, text.action)

    assert all(part.endswith((".", "…")) for part in parts), parts
    assert set(dict(fields_of(text))) <= set(kind.__struct_fields__)
    assert set(dict(fields_of(text)).values()) <= FORMATS


def test_each_text_belongs_to_a_refusal_and_stands_once() -> None:
    assert set(REQUEST_TEXTS) == set(KINDS)
    assert len(set(REQUEST_TEXTS.values())) == len(KINDS)


def test_facts_are_shown_as_people_read_them() -> None:
    assert "must arrive within 20 s." in detail_of(body_facts.BodySlow(within_s=20.0))
    detail = detail_of(route_facts.MethodUnknown(allowed=("GET", "PUT")))

    assert detail.endswith("Use one of these methods: GET, PUT.")


def test_no_problem_gets_its_detail_in_place() -> None:
    found = [
        f"{path.relative_to(SRC)}:{node.lineno}"
        for path in sorted(SRC.rglob("*.py"))
        if str(path.relative_to(SRC)) not in MAKES_PROBLEMS_OF_OTHER_TEXTS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem"
    ]

    assert found == []
