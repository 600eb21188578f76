"""The load generator against a small server: counts, order, rate, and what it does when things break."""

import asyncio

import pytest
from bench.errors import LoadFailed, NotLoopback
from bench.load.plan import LoadPlan, LoadResult, Tick
from bench.load.requests import request_bytes
from bench.load.spawn import run_load
from tests.support.http.answering_server import AnsweringServer, answering

REQUEST = request_bytes("POST", "/x", headers={"Authorization": "Bearer t"}, body={"a": 1})


def plan(server: AnsweringServer, **changed: object) -> LoadPlan:
    usual = {
        "host": "127.0.0.1",
        "port": server.port,
        "requests": [REQUEST],
        "connections": 8,
        "seconds": 0.5,
        "timeout_s": 2.0,
    }
    return LoadPlan(**{**usual, **changed})


async def load(wanted: LoadPlan, ticks: list[Tick] | None = None) -> LoadResult:
    return await asyncio.to_thread(run_load, wanted, on_tick=(ticks or []).append)


async def test_each_request_of_a_plan_is_sent_exactly_once() -> None:
    requests = [request_bytes("POST", "/x", headers={}, body={"n": n}) for n in range(500)]

    async with answering(lambda n: (201, b"{}", 0)) as server:
        result = await load(plan(server, requests=requests, seconds=10.0))

    assert sorted(server.requests) == sorted(requests)
    assert (result.sent, result.answered, result.accepted, result.errors) == (500, 500, 500, 0)
    assert result.answered_in_window <= 500
    assert server.connections == 8


async def test_statuses_are_counted_apart_and_refusals_shown() -> None:
    async with answering(lambda n: (429 if n % 4 == 0 else 201, b"no room", 0)) as server:
        result = await load(plan(server, requests=[REQUEST] * 400, seconds=10.0))

    assert result.statuses == {201: 300, 429: 100}
    assert (result.accepted, result.errors) == (300, 100)
    assert result.refused_sample == "429 no room"


async def test_latency_of_the_closed_loop_is_the_time_to_answer() -> None:
    async with answering(lambda n: (200, b"", 0.05)) as server:
        result = await load(plan(server, is_repeated=True))

    assert 50.0 <= result.latency.p50 < 150.0
    assert result.latency.count == result.answered == len(server.requests)


async def test_open_loop_keeps_its_rate() -> None:
    async with answering(lambda n: (200, b"", 0)) as server:
        result = await load(plan(server, is_repeated=True, rate_per_s=400.0, seconds=1.0, connections=32))

    assert result.sent == pytest.approx(400, abs=20)
    assert result.answered == result.sent


async def test_open_loop_counts_the_wait_of_requests_that_found_no_connection() -> None:
    requests = [REQUEST] * 20
    ticks: list[Tick] = []

    async with answering(lambda n: (200, b"", 0.05)) as server:
        wanted = plan(server, requests=requests, connections=1, rate_per_s=1_000.0, seconds=0.3)
        result = await asyncio.to_thread(run_load, wanted, on_tick=ticks.append)

    assert (result.answered, result.errors) == (20, 0)
    assert result.latency.max >= 900.0
    assert ticks[-1].due == 20


async def test_hung_up_connections_are_counted_and_opened_again() -> None:
    async with answering(lambda n: (0 if n == 10 else 200, b"", 0)) as server:
        result = await load(plan(server, requests=[REQUEST] * 200, seconds=10.0))

    assert (result.broken, result.answered, result.sent) == (1, 199, 200)
    assert server.connections == 9


async def test_answers_that_never_come_time_out() -> None:
    async with answering(lambda n: (200, b"", 60.0 if n == 3 else 0)) as server:
        result = await load(plan(server, requests=[REQUEST] * 50, timeout_s=0.5, tick_s=0.1))

    assert (result.timed_out, result.answered) == (1, 49)


async def test_text_in_answers_is_captured() -> None:
    async with answering(lambda n: (201, b'{"id":"ref_%d"}' % n, 0)) as server:
        result = await load(plan(server, requests=[REQUEST] * 30, capture='"id":"(ref_[0-9]+)"'))

    assert sorted(result.captured) == sorted(f"ref_{n}" for n in range(30))


async def test_progress_is_shown_while_it_runs() -> None:
    ticks: list[Tick] = []

    async with answering(lambda n: (200, b"", 0)) as server:
        wanted = plan(server, is_repeated=True, tick_s=0.1)
        result = await asyncio.to_thread(run_load, wanted, on_tick=ticks.append)

    assert len(ticks) >= 3
    assert ticks[-1].answered == result.answered
    assert result.cpu_us > 0


async def test_nobody_listening_is_one_clear_error() -> None:
    async with answering(lambda n: (200, b"", 0)) as server:
        wanted = plan(server)

    with pytest.raises(LoadFailed, match="Connect"):
        await load(wanted)


def test_load_for_another_machine_never_starts() -> None:
    wanted = LoadPlan(host="192.0.2.1", port=80, requests=[REQUEST], connections=1, seconds=1.0)

    with pytest.raises(NotLoopback):
        run_load(wanted)
