"""A body that gives a key twice is refused by its name: nobody is to guess which of the two counts."""

import pytest
from msgspec import Struct

from refunds.runtime.http.problems import Problem
from refunds.runtime.schema.decoding import BodyReader
from refunds.runtime.schema.duplicate_keys import duplicate_key


class Line(Struct, forbid_unknown_fields=True):
    amount: int


class Body(Struct, forbid_unknown_fields=True):
    amount: int = 0
    text: str = ""
    lines: list[Line] = []
    metadata: dict[str, str] = {}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"amount":1,"amount":2}', "/amount"),
        (b'{"amount":1, "amount" :1}', "/amount"),
        (b'{"amount":1,"\\u0061mount":2}', "/amount"),
        (b'{"metadata":{"a":"1","a":"2"}}', "/metadata/a"),
        (b'{"lines":[{"amount":1},{"amount":1,"amount":2}]}', "/lines/1/amount"),
    ],
)
def test_key_given_twice_in_one_object_is_refused_by_name(body: bytes, pointer: str) -> None:
    with pytest.raises(Problem) as refused:
        BodyReader(Body).read(body)

    assert refused.value.kind.status == 422
    assert [(error.pointer, error.code) for error in refused.value.errors] == [(pointer, "duplicate_key")]


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"amount":1,"lines":[{"amount":1},{"amount":2}]}',
        b'{"amount":1,"metadata":{"amount":"1"}}',
        b'{"text":"\\"amount\\":1,\\"amount\\":2"}',
        b'{"text":"amount:amount:","amount":1}',
    ],
)
def test_same_name_in_other_objects_and_in_texts_is_no_duplicate(body: bytes) -> None:
    BodyReader(Body).read(body)

    assert duplicate_key(body) is None
