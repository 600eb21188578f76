"""What `/metrics` shows: figures of the process, no series twice, a sentence for each."""

import re

import pytest

from refunds.adapters.memory.clock import FixedClock
from refunds.domain.attempt.result_recording import GatewayResult, ResultKind
from refunds.runtime.http.metrics import WebMetrics
from refunds.runtime.process.registry import open_registry
from refunds.services.gateway_integration.metrics import GatewayMetrics
from refunds.services.reporting_engine.anchoring import AnchoringCollector, AnchoringMetrics
from refunds.services.reporting_engine.loop import RelayMetrics
from refunds.services.reporting_engine.relay_collector import RelayCollector


@pytest.fixture(scope="module")
def text() -> str:
    """The metrics of a process with all services, after a request and a call of a gateway."""
    registry = open_registry(stuck_count=lambda: 3, unreadable_count=lambda: 2)
    web, gateway = WebMetrics(registry), GatewayMetrics(registry)
    registry.register(RelayCollector(RelayMetrics(clock=FixedClock())))
    registry.register(RelayCollector(RelayMetrics(clock=FixedClock()), "refunds_bus", "the event bus"))
    registry.register(AnchoringCollector(AnchoringMetrics()))
    web.answered("GET", "/v1/refunds", 200, 0.01)
    web.refused("/v1/refunds", "validation_failed")
    gateway.answered("sandbox", "submit", GatewayResult(kind=ResultKind.UNKNOWN, code="timed_out"), 0.1)
    gateway.webhook("sandbox", "accepted")
    return web.text().decode()


def value_of(text: str, name: str) -> float:
    """The value of a series without labels."""
    found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    assert found is not None, name
    return float(found[1])


def test_no_series_names_when_another_began(text: str) -> None:
    assert "refunds_http_problems_total{" in text
    assert "_created" not in text


def test_cpu_memory_and_open_files_of_the_process_are_shown(text: str) -> None:
    assert value_of(text, "process_cpu_seconds_total") > 0
    assert value_of(text, "process_resident_memory_bytes") > 1_000_000
    assert 0 < value_of(text, "process_open_fds") < value_of(text, "process_max_fds")
    assert value_of(text, "process_start_time_seconds") > 1_700_000_000


def test_counts_of_every_service_are_read_when_the_metrics_are(text: str) -> None:
    assert value_of(text, "refunds_sweep_quarantined") == 3
    assert value_of(text, "refunds_settings_unreadable") == 2


def test_every_metric_has_a_sentence_with_its_dot(text: str) -> None:
    sentences = dict(re.findall(r"^# HELP (\S+) (.*)$", text, re.MULTILINE))
    kinds = re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE)

    assert sorted(sentences) == sorted(set(kinds))
    assert len(kinds) == len(set(kinds)) > 30
    assert {name: said for name, said in sentences.items() if not re.fullmatch(r"[A-Z0-9].*[a-z)]\.", said)} == {}
