"""Alarms lead to runbooks, look at metrics that somebody emits, and tell somebody; the README's tables are theirs.

Reads the .tf files by infrastructure/scripts/monitoring_tables, which makes those tables; starts no Terraform.
Under which dimensions metrics are asked for, environments/test_alarm_metrics.py reads from the plans.
"""

import importlib.util
import re
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest
from prometheus_client import CollectorRegistry
from tests.infrastructure.support.monitoring.metrics import METRICS

from refunds.adapters.memory.clock import FixedClock
from refunds.runtime.http.metrics import WebMetrics
from refunds.services.gateway_integration.metrics import GatewayMetrics
from refunds.services.reporting_engine.loop import RelayMetrics
from refunds.services.reporting_engine.relay_collector import RefundsCollector, RelayCollector

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "infrastructure/scripts/monitoring_tables"
DASHBOARDS = ROOT / "infrastructure/terraform/modules/observability/dashboards"

# Kinds of events, as the services that emit them document them.
OF_EVENTBRIDGE = {
    "Backup Job State Change",
    "CodeDeploy Deployment State-change Notification",
    "Copy Job State Change",
    "ECR Image Scan",
    "ECS Deployment State Change",
    "ECS Task State Change",
    "GuardDuty Finding",
    "Restore Job State Change",
    "Security Hub Findings - Imported",
}
# As Atlas's API names them.
OF_ATLAS = {
    "AWS_ENCRYPTION_KEY_NEEDS_ROTATION",
    "CONNECTIONS_PERCENT",
    "CPS_SNAPSHOT_BEHIND",
    "DISK_PARTITION_SPACE_USED_DATA",
    "NORMALIZED_SYSTEM_CPU_USER",
    "NO_PRIMARY",
    "OPLOG_MASTER_TIME",
    "OPLOG_SLAVE_LAG_MASTER_TIME",
    "PRIMARY_ELECTED",
}
DRAWN = re.compile(r'\["((?:AWS|ECS)/\w+|CloudWatchSynthetics)", "?([\w${}]+)"?,')
NAMESPACE = re.compile(r'^\s*namespace\s+= "([^"]+)"$', re.MULTILINE)


def _script() -> ModuleType:
    loader = SourceFileLoader("monitoring_tables", str(SCRIPT))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[loader.name] = module
    loader.exec_module(module)
    return module


TABLES = _script()
ALARMS = {alarm.key: alarm for alarm in TABLES.alarms()}


def metrics_of_the_product() -> set[str]:
    """Names as the product registers them, without the endings that Prometheus adds."""
    registry = CollectorRegistry()
    WebMetrics(registry)
    GatewayMetrics(registry)
    for collector in (
        RelayCollector(RelayMetrics(clock=FixedClock())),
        RelayCollector(RelayMetrics(clock=FixedClock()), "refunds_bus", "the event bus"),
        RefundsCollector(RelayMetrics(clock=FixedClock())),
    ):
        registry.register(collector)
    return {family.name for family in registry.collect()}


def known_metrics() -> set[str]:
    return (
        {name for names in METRICS.values() for name in names}
        | OF_ATLAS
        | OF_EVENTBRIDGE
        | metrics_of_the_product()
        | TABLES.counted_events().keys()
    )


def test_tables_of_the_readme_are_those_of_the_terraform_files() -> None:
    done = subprocess.run([sys.executable, SCRIPT, "--check"], check=False, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr


def test_every_alarm_has_a_runbook() -> None:
    listed = {key for keys in TABLES.runbooks().values() for key in keys}

    assert ALARMS.keys() - listed == set()


def test_every_runbook_lists_alarms_that_exist() -> None:
    runbooks = TABLES.runbooks()

    assert {heading for heading, keys in runbooks.items() if not keys} == set()
    assert {key for keys in runbooks.values() for key in keys} - ALARMS.keys() == set()


def test_links_of_alarms_and_runbooks_lead_to_headings() -> None:
    runbooks = TABLES.runbooks()
    linked = {
        (key, heading)
        for key, alarm in ALARMS.items()
        for heading in re.findall(r"runbooks_url\}#([a-z-]+)", alarm.argument("message"))
    }
    between = set(re.findall(r"\]\(#([a-z-]+)\)", (TABLES.MONITORING / "runbooks.md").read_text(encoding="utf-8")))

    assert len({key for key, _ in linked}) == len([key for key in ALARMS if key.startswith("datadog/")])
    assert {(key, heading) for key, heading in linked if key not in runbooks.get(heading, [])} == set()
    assert between - runbooks.keys() == set()


@pytest.mark.parametrize("key", sorted(ALARMS))
def test_alarm_looks_at_a_metric_that_somebody_emits(key: str) -> None:
    alarm = ALARMS[key]
    looks_elsewhere = "composite" in alarm.type or alarm.argument("type") == '"slo alert"'

    counted_beside_it = set(alarm.metrics) if "aws_cloudwatch_log_metric_filter" in alarm.body else set()

    assert set(alarm.metrics) - known_metrics() - counted_beside_it == set()
    assert alarm.metrics or looks_elsewhere


@pytest.mark.parametrize("key", sorted(ALARMS))
def test_alarm_looks_for_its_metric_where_aws_keeps_it(key: str) -> None:
    alarm = ALARMS[key]
    of_aws = [namespace for namespace in NAMESPACE.findall(alarm.body) if "$" not in namespace]

    kept = {name for namespace in of_aws for name in METRICS[namespace]}

    assert not of_aws or set(alarm.metrics) <= kept


@pytest.mark.parametrize("key", sorted(ALARMS))
def test_alarm_notifies_somebody(key: str) -> None:
    (line,) = [line for line in TABLES.text_of_tables().splitlines() if line.startswith(f"| `{key}` |")]

    assert f"| {TABLES.NOBODY} |" not in line


@pytest.mark.parametrize("path", sorted(DASHBOARDS.glob("*.tftpl")), ids=lambda path: path.name)
def test_dashboards_draw_metrics_that_aws_emits(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    drawn = [(namespace, name) for namespace, name in DRAWN.findall(text) if name != "metric"]
    looped = re.findall(r'for (?:index, )?metric in \[("[^\]]+")\]', text)
    written_out = {name for names in looped for name in re.findall(r'"(\w+)"', names)}

    assert drawn
    for namespace, name in drawn:
        names = {name} if "$" not in name else {name.replace("${class}", each) for each in ("2XX", "4XX", "5XX")}
        assert names <= METRICS[namespace].keys()
    assert written_out <= known_metrics()
