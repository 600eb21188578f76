"""The load generator's parts: what it may reach, what it counts, how it reads answers."""

import pytest
from bench.errors import NotLoopback, PlanInvalid
from bench.load.histogram import Histogram
from bench.load.http1 import AnswerUnreadable, read_answer
from bench.load.plan import LoadPlan, check_loopback, checked
from bench.load.requests import request_bytes


def plan(**changed: object) -> LoadPlan:
    usual = {
        "host": "127.0.0.1",
        "port": 8080,
        "requests": [b"GET / HTTP/1.1\r\n\r\n"],
        "connections": 4,
        "seconds": 1.0,
    }
    return LoadPlan(**{**usual, **changed})


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1"])
def test_loopback_addresses_are_accepted(host: str) -> None:
    check_loopback(host)


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "10.0.0.7", "0.0.0.0", "localhost", "example.com", "127.0.0.1.example", ""]
)
def test_any_other_host_is_refused(host: str) -> None:
    with pytest.raises(NotLoopback):
        checked(plan(host=host))


@pytest.mark.parametrize(
    "changed",
    [
        {"connections": 0},
        {"connections": 16_385},
        {"seconds": 3601.0},
        {"rate_per_s": 200_000.0},
        {"requests": []},
        {"port": 0},
    ],
)
def test_plan_outside_of_its_bounds_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(PlanInvalid):
        checked(plan(**changed))


def test_percentiles_are_within_a_bucket_of_the_true_ones() -> None:
    histogram = Histogram()

    for value_us in range(1, 100_001):
        histogram.record(value_us / 1e6)

    latency = histogram.latency()
    assert latency.count == 100_000
    assert latency.p50 == pytest.approx(50.0, rel=0.016)
    assert latency.p95 == pytest.approx(95.0, rel=0.016)
    assert latency.p99 == pytest.approx(99.0, rel=0.016)
    assert latency.max == pytest.approx(100.0)
    assert latency.mean == pytest.approx(50.0, rel=0.001)


def test_one_value_is_every_percentile() -> None:
    histogram = Histogram()

    histogram.record(0.0123)

    latency = histogram.latency()
    assert latency.p50 == latency.p99 == latency.max == pytest.approx(12.3)


def test_empty_histogram_is_all_zero() -> None:
    latency = Histogram().latency()

    assert (latency.count, latency.p50, latency.max, latency.mean) == (0, 0.0, 0.0, 0.0)


def test_latency_beyond_the_last_bucket_is_still_counted() -> None:
    histogram = Histogram()

    histogram.record(1_000.0)

    assert histogram.latency().count == 1
    assert histogram.latency().max == 1_000_000.0


def test_whole_answer_is_read() -> None:
    answer = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"

    status, body_at, end = read_answer(answer) or (0, 0, 0)

    assert (status, answer[body_at:end]) == (201, b"{}")


def test_every_part_of_an_answer_waits_for_the_rest() -> None:
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc"

    parts = [read_answer(answer[:length]) for length in range(9, len(answer))]

    assert parts == [None] * len(parts)


def test_answer_without_a_body_needs_no_length() -> None:
    assert read_answer(b"HTTP/1.1 204 No Content\r\n\r\n") == (204, 27, 27)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"SSH-2.0-x\r\n\r\n",
        b"x" * 20_000,
    ],
)
def test_answer_that_cannot_be_read_is_an_error(answer: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        read_answer(answer)


def test_request_bytes_carry_their_length() -> None:
    built = request_bytes("POST", "/v1/refunds", headers={"Idempotency-Key": "k"}, body={"a": 1})

    head, _, body = built.partition(b"\r\n\r\n")
    assert body == b'{"a":1}'
    assert b"Content-Length: 7" in head.split(b"\r\n")
    assert head.startswith(b"POST /v1/refunds HTTP/1.1\r\nHost: 127.0.0.1\r\n")
