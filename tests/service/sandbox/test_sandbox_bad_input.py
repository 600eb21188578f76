"""Bad input to the sandbox gateway is answered with a 4xx that says why, and changes nothing."""

from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.service.gateway.sandbox_process import Sandbox, running

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("reference", "amount", "currency", "captured_amount", "token", "metadata", "other")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox with a key and small bounds."""
    folder = tmp_path_factory.mktemp("books")
    bounds = {"API_KEY": "key", "BODY_BYTES_MAX": "2000", "HELD_ANSWERS_MAX": "1"}
    with running(folder, **bounds) as sandbox:
        sandbox.client.headers["Authorization"] = "Bearer key"
        yield sandbox


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(body=st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES))
def test_malformed_refund_calls_are_refused_naming_field_and_rule(sandbox: Sandbox, body: dict[str, object]) -> None:
    key = body.get("reference")
    headers = {"Idempotency-Key": key if isinstance(key, str) and key.isalnum() else "att_1"}

    answer = sandbox.client.post(
        "/payments/gp_1/refunds", json=body, headers={k: v.encode() for k, v in headers.items()}
    )

    assert answer.status_code in (400, 413)
    assert answer.json()["error"]["field"]
    assert answer.json()["error"]["rule"]
    assert sandbox.client.get("/books").json()["data"] == []


@settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=300))
def test_bodies_that_are_no_json_are_refused(sandbox: Sandbox, body: bytes) -> None:
    for path in ("/payments/gp_1/refunds", "/dashboard/refunds", "/clock/advance"):
        answer = sandbox.client.post(path, content=body, headers={"Idempotency-Key": "att_1"})

        assert answer.status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/payments", 404),
        ("GET", "/payments/gp_1/refunds", 405),
        ("DELETE", "/refunds", 405),
        ("POST", "/books", 405),
        ("GET", "/refunds", 400),
        ("GET", "/refunds?reference=", 400),
        ("GET", "/refunds?reference=a&reference=b", 400),
        ("GET", "/refunds?reference=%00", 400),
        ("GET", "/refunds?colour=red", 400),
        ("GET", "/refunds/%2e%2e%2fx", 400),
        ("GET", "/books/%F0%9F%92%A5", 400),
        ("GET", "/books/never_seen", 404),
        ("GET", "/books?limit=0", 400),
        ("GET", "/books?limit=1001", 400),
        ("GET", "/books?limit=ten", 400),
        ("GET", "/books?cursor=-1", 400),
        ("GET", "/books?cursor=99999999999999999999", 400),
        ("GET", "/books?cursor=99999", 200),
        ("GET", "/error-codes/x", 404),
    ],
)
def test_wrong_paths_methods_and_queries_are_refused(sandbox: Sandbox, method: str, path: str, status: int) -> None:
    answer = sandbox.client.request(method, path)

    assert answer.status_code == status


def test_too_long_body_is_refused(sandbox: Sandbox) -> None:
    answer = sandbox.client.post("/clock/advance", content=b"x" * 2_001)

    assert (answer.status_code, answer.json()["error"]["field"]) == (413, "body")


def test_too_long_body_of_unsaid_length_is_refused(sandbox: Sandbox) -> None:
    answer = sandbox.client.post("/clock/advance", content=iter([b"x" * 1_500] * 2))

    assert answer.status_code == 413


def test_body_of_unsaid_length_is_read(sandbox: Sandbox) -> None:
    answer = sandbox.client.post("/clock/advance", content=iter([b'{"seconds"', b":0.001}"]))

    assert answer.status_code == 200


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "key", "Basic key"])
def test_wrong_key_opens_nothing(sandbox: Sandbox, given: str) -> None:
    answer = httpx.get(f"{sandbox.url}/books", headers={"Authorization": given})

    assert answer.status_code == 401


def test_health_and_metrics_need_no_key(sandbox: Sandbox) -> None:
    for path in ("/health/live", "/health/ready", "/metrics"):
        assert httpx.get(sandbox.url + path).status_code == 200


def test_waiting_answers_are_bounded(sandbox: Sandbox) -> None:
    held = sandbox.begin_refund("att_held", token="tok_timeout_before_move")

    for token in ("tok_slow", "tok_timeout_after_move", "tok_webhook_first"):
        refused = sandbox.refund("att_more", token=token)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")

    assert sandbox.stop() == 0
    assert held.result().status_code == 504
