"""docs/operations.md says of rights, versions, paths, stops, anchors, metrics and alarms what the product has."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.mongo.migrations.stored_version import MIGRATIONS
from refunds.adapters.mongo.schema import COLLECTIONS
from refunds.cli.client.instance_option import read_instance
from refunds.cli.entries import ENTRIES
from refunds.domain.attempt.gateway_profiles import PROFILES
from refunds.domain.audit.anchor_checks import diverged_chains
from refunds.domain.audit.hash_chain import ChainHead
from refunds.kit.config import Secret
from refunds.runtime.http.metrics import WebMetrics
from refunds.runtime.process.registry import open_registry
from refunds.runtime.process.settings import ServiceSettings
from refunds.services.gateway_integration.metrics import GatewayMetrics
from refunds.services.reporting_engine.anchoring import AnchoringCollector, AnchoringMetrics
from refunds.services.reporting_engine.loop import RelayMetrics
from refunds.services.reporting_engine.relay_collector import RelayCollector
from refunds.texts.finding_lines import line_of

ROOT = Path(__file__).parents[3]
SOURCES = ROOT / "src" / "refunds"
TERRAFORM = ROOT / "infrastructure" / "terraform"
TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
PAGE = " ".join(TEXT.split())

SERVICES = ("api", "request-manager", "gateway-integration", "parameter-resolution", "reporting-engine")
ACTIONS = {
    "FIND": "find",
    "INSERT": "insert",
    "UPDATE": "update",
    "REMOVE": "remove",
    "CHANGE_STREAM": "changeStream",
}
"""The names of Atlas, and those of MongoDB itself."""


def rights_of_the_page() -> dict[str, dict[str, set[str]]]:
    """By service and collection."""
    found: dict[str, dict[str, set[str]]] = {service: {} for service in SERVICES}
    for names, cells in re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|((?:[a-zA-Z, ]*\|){5})$", TEXT, re.MULTILINE):
        for service, cell in zip(SERVICES, cells.split("|"), strict=False):
            for name in re.findall(r"`(\w+)`", names):
                found[service][name] = {action.strip() for action in cell.split(",") if action.strip()}
    return found


def rights_on_atlas() -> dict[str, dict[str, set[str]]]:
    """By service and collection, of third_party/atlas/rights.tf."""
    text = (TERRAFORM / "third_party" / "atlas" / "rights.tf").read_text(encoding="utf-8")
    groups = dict(re.findall(r"^  (\w+) += \[([^\]]+)\]$", text, re.MULTILINE))
    found: dict[str, dict[str, set[str]]] = {}
    for service, body in re.findall(r"^    ([\w-]+) = \{\n(.*?)^    \}$", text, re.MULTILINE | re.DOTALL):
        rows = re.findall(r"^ +(\w+) += (?:local\.(\w+)|\[([^\]]+)\])$", body, re.MULTILINE)
        found[service] = {
            collection: {ACTIONS[name] for name in re.findall(r"\w+", groups[group] if group else own)}
            for collection, group, own in rows
        }
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_page_gives_each_service_at_least_the_rights_that_it_has_on_atlas(service: str) -> None:
    ours, theirs = rights_of_the_page()[service], rights_on_atlas()[service]

    assert theirs
    assert {name: sorted(of - ours[name]) for name, of in theirs.items() if of - ours[name]} == {}


def test_page_has_each_collection_of_the_product() -> None:
    assert set(rights_of_the_page()["api"]) == {*COLLECTIONS, MIGRATIONS}


def test_services_that_append_to_the_audit_log_may_do_so() -> None:
    rights = rights_of_the_page()

    for service in ("api", "parameter-resolution", "reporting-engine"):
        assert "insert" in rights[service]["audit_log"]
        assert {"find", "insert", "update"} <= rights[service]["audit_heads"]
    assert all(not {"update", "remove"} & of["audit_log"] for of in rights.values())


def test_versions_and_oplog_are_those_that_production_may_have() -> None:
    variables = (TERRAFORM / "third_party" / "atlas" / "variables.tf").read_text(encoding="utf-8")

    assert "mongodb_version must be 6.0, 7.0 or 8.0." in variables
    assert "**Version**: 6.0, 7.0 or 8.0." in PAGE
    assert "var.oplog_min_retention_hours >= 72" in variables
    assert "**Oplog**: at least 72 hours" in PAGE


def test_paths_are_led_where_the_load_balancer_leads_them() -> None:
    text = (TERRAFORM / "stack" / "connections.tf").read_text(encoding="utf-8")
    paths = dict(re.findall(r"^    ([\w-]+) += \{ priority = \d+, path_patterns = \[([^\]]+)\]", text, re.MULTILINE))
    rows = dict(re.findall(r"^\| `([\w-]+)` \| ([^|]+) \|", TEXT, re.MULTILINE))

    assert set(paths) == {"gateway-integration", "parameter-resolution", "api"}
    assert rows["api"] == "everything else"
    for service in ("gateway-integration", "parameter-resolution"):
        assert re.findall(r"`([^`]+)`", rows[service]) == re.findall(r'"([^"]+)"', paths[service])


def test_processes_are_those_that_can_be_run() -> None:
    rows = set(re.findall(r"^\| `([\w-]+)` \| (?:everything else|nothing|`/)", TEXT, re.MULTILINE))

    assert rows == set(SERVICES) <= set(ENTRIES)


def test_stop_takes_as_long_as_the_settings_allow() -> None:
    settings = ServiceSettings(mongodb_uri=Secret("mongodb://nowhere"))

    assert f"Together {settings.stop_within_s:g} s" in PAGE
    assert f"`REFUNDS_DRAIN_S`, {settings.drain_s:g} s" in PAGE
    assert f"`REFUNDS_WORK_DRAIN_S`, {settings.work_drain_s:g} s" in PAGE
    assert f"`REFUNDS_SANDBOX_KEY_LIFETIME_S`, {PROFILES['sandbox'].key_lifetime_s // 3600} hours" in PAGE


def test_ready_file_of_the_page_is_read(tmp_path: Path) -> None:
    example = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert example is not None
    file = tmp_path / "ready.json"
    file.write_text(example[1], encoding="utf-8")

    ready = read_instance(file)

    assert ready.data_dir == Path("/var/lib/refunds")
    assert ready.console_url is None


def test_lines_of_a_restored_audit_log_are_those_that_verification_prints() -> None:
    behind, gone, other = (ChainHead(chain=name, seq=5, hash="was") for name in ("mer_1", "mer_2", "mer_3"))
    heads = {"mer_1": ChainHead(chain="mer_1", seq=3, hash="is"), "mer_3": ChainHead(chain="mer_3", seq=9, hash="is")}

    lines = [line_of(finding) for finding in diverged_chains((behind, gone, other), heads, {})]

    assert "`the audit log of this tenant ends at record N, but it had M records when it was last anchored`" in PAGE
    assert "`the audit log of this tenant is gone; it had N records when it was last anchored`" in PAGE
    assert "`is not the record that was anchored`" in PAGE
    assert lines == [
        "mer_1: the audit log of this tenant ends at record 3, but it had 5 records when it was last anchored",
        "mer_2: the audit log of this tenant is gone; it had 5 records when it was last anchored",
        "mer_3: audit record 5 of this tenant is not the record that was anchored",
    ]


@pytest.mark.parametrize(
    ("phrase", "file"),
    [
        ("has no refund with this id", "texts/finding_lines.py"),
        ("does not contain the hash of the record before it", "texts/finding_lines.py"),
        ("open_lines", "cli/views/verification_views.py"),
        ("snapshots:changed", "adapters/redis/config_invalidation.py"),
        ("refund.requested", "ports/gateway/hints.py"),
        ("refund.ready", "ports/gateway/hints.py"),
        ("process.ready", "runtime/process/process_runner.py"),
    ],
)
def test_words_of_the_page_are_the_products(phrase: str, file: str) -> None:
    assert phrase in PAGE
    assert phrase in (SOURCES / file).read_text(encoding="utf-8")


def metrics_of_the_product() -> set[str]:
    """The names of all families that the services export."""
    registry = open_registry(stuck_count=lambda: 0, unreadable_count=lambda: 0)
    WebMetrics(registry)
    GatewayMetrics(registry)
    registry.register(RelayCollector(RelayMetrics(clock=FixedClock())))
    registry.register(AnchoringCollector(AnchoringMetrics()))
    return {family.name for family in registry.collect()}


def test_metrics_of_the_page_are_exported() -> None:
    named = set(re.findall(r"`((?:refunds|process)_[a-z]+_\w+)`", PAGE))
    families = {re.sub(r"_(total|count|bucket)$", "", name) for name in named}

    assert len(families) > 10
    assert sorted(families - metrics_of_the_product()) == []


def test_every_log_event_that_an_alarm_counts_has_a_row() -> None:
    text = (TERRAFORM / "modules" / "observability" / "log_metrics.tf").read_text(encoding="utf-8")
    counted = re.findall(r'"(\w+\.\w+)"', text.split("counted_events = {")[1].split("\n  }")[0])

    assert len(counted) > 20
    assert [event for event in counted if f"`{event}`" not in PAGE] == []


def test_every_runbook_has_its_place_and_no_other_is_named() -> None:
    runbooks = (ROOT / "infrastructure" / "monitoring" / "runbooks.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^## ([\w-]+)$", runbooks, re.MULTILINE))

    assert set(re.findall(r"runbooks\.md#([\w-]+)\)", PAGE)) == headings


def test_commands_of_the_page_are_there() -> None:
    app = (SOURCES / "cli" / "app.py").read_text(encoding="utf-8")
    commands: Mapping[str, str] = dict(re.findall(r'\("([\w-]+)", "([\w.]+):\w+", ', app))
    named = set(re.findall(r"`refunds ([a-z-]+)", PAGE)) - {"up"}

    assert named
    assert sorted(named - set(commands)) == []


@pytest.mark.parametrize("page", sorted(set(re.findall(r"\]\(([\w/.-]+)(?:#[\w-]+)?\)", PAGE))))
def test_pages_that_it_leads_to_are_there(page: str) -> None:
    assert (ROOT / "docs" / page).exists()
