"""The database's figures and rights, and that monitors, log filters and groups name only what the product has."""

import re
from pathlib import Path

import pytest
from tests.infrastructure.third_party.third_party_source import ROOT, STACKS, blocks_of, default_of, hcl2

from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.mongo import read_model_schema, schema
from refunds.adapters.mongo.migrations import stored_version
from refunds.domain.tenancy import Role
from refunds.services.reporting_engine.loop import RelayMetrics, RelayParts
from refunds.services.reporting_engine.publishing import READER
from refunds.services.reporting_engine.relay_collector import RelayCollector
from refunds_embedded.launcher.servers.mongodb import TRANSACTION_LIFETIME_S

MODULES = ROOT / "infrastructure/terraform/modules"
SERVICES = {"api", "request-manager", "gateway-integration", "parameter-resolution", "reporting-engine"}
NAMED = {
    value
    for module in (schema, read_model_schema, stored_version)
    for name, value in vars(module).items()
    if name.isupper()
    and isinstance(value, str)
    and re.fullmatch(r"[a-z_]+", value)
    and name not in ("POSITION_ID", "ODD", "VERSION_ID")
}
COLLECTIONS = NAMED | {f"{name}{read_model_schema.ODD}" for name in read_model_schema.GENERATIONAL}
PRODUCT = "\n".join(path.read_text() for path in (ROOT / "src/refunds").rglob("*.py"))


def the_only(type_: str, stack: str = "atlas") -> dict[str, object]:
    """The body of the stack's one resource of a type."""
    (block,) = [block for block in blocks_of(stack) if (block.kind, block.type) == ("resource", type_)]
    return dict(block.body)


def local(path: Path, name: str) -> str:
    """A local value's expression as text."""
    return next(entry[name] for entry in hcl2.loads(path.read_text())["locals"] if name in entry)


def test_any_moment_can_be_restored_and_hourly_snapshots_are_kept_thirty_days() -> None:
    cluster, backups = the_only("mongodbatlas_advanced_cluster"), the_only("mongodbatlas_cloud_backup_schedule")

    (hourly,) = backups["policy_item_hourly"]  # type: ignore[misc]

    assert cluster["pit_enabled"] is True
    assert cluster["backup_enabled"] is True
    assert (hourly["frequency_interval"], hourly["retention_unit"]) == (1, '"days"')
    assert default_of("atlas", "snapshot_days") == 30


def test_the_oplog_is_kept_for_72_hours_and_a_quarter_of_it_raises_the_relays_alarm() -> None:
    (configuration,) = the_only("mongodbatlas_advanced_cluster")["advanced_configuration"]  # type: ignore[misc]

    assert configuration["oplog_min_retention_hours"] == "${var.oplog_min_retention_hours}"
    assert configuration["transaction_lifetime_limit_seconds"] == TRANSACTION_LIFETIME_S
    assert default_of("atlas", "oplog_min_retention_hours") == default_of("datadog", "oplog_min_retention_hours") == 72
    assert local(STACKS / "datadog/relay_lag.tf", "relay_lag_s_max") == "${var.oplog_min_retention_hours * 3600 / 4}"


def test_secrets_are_written_when_the_address_changes_and_not_because_others_wrote() -> None:
    (block,) = [
        block
        for block in blocks_of("atlas")
        if (block.kind, block.type, block.name) == ("resource", "aws_secretsmanager_secret_version", "service")
    ]

    (lifecycle,) = block.body["lifecycle"]  # type: ignore[misc]

    assert lifecycle["ignore_changes"] == ["secret_string"]
    assert lifecycle["replace_triggered_by"] == ["${terraform_data.mongodb_uri[each.key]}"]


def test_an_oplog_that_is_short_because_it_is_young_wakes_nobody() -> None:
    alerts = STACKS / "atlas/alerts.tf"
    thresholds = local(alerts, "thresholds")
    on_the_oplog = {
        str(each["threshold"]): each["page_after_h"]  # type: ignore[index]
        for each in thresholds.values()  # type: ignore[attr-defined]
        if each["metric"] == '"OPLOG_MASTER_TIME"'
    }

    assert on_the_oplog == {
        "${var.oplog_min_retention_hours}": None,
        "${local.relay_lag_hours_max}": "${ceil(local.relay_lag_hours_max) + 1}",
    }
    assert local(alerts, "relay_lag_hours_max") == "${var.oplog_min_retention_hours / 4}"


def test_no_region_holds_a_majority() -> None:
    nodes = [region["nodes"] for region in default_of("atlas", "regions")]  # type: ignore[attr-defined]

    assert len(nodes) == 3
    assert all(each * 2 < sum(nodes) for each in nodes)


def test_disks_are_encrypted_under_our_key_and_no_address_is_let_in() -> None:
    assert the_only("mongodbatlas_advanced_cluster")["encryption_at_rest_provider"] == '"AWS"'
    assert "mongodbatlas_project_ip_access_list" not in {block.type for block in blocks_of("atlas")}


def test_each_service_has_rights_on_collections_that_exist_and_none_changes_the_audit_log() -> None:
    text = (STACKS / "atlas/rights.tf").read_text()
    rights = text[text.index("  rights = {") : text.index("# service =>")]

    services = set(re.findall(r"^    ([a-z-]+) = \{", rights, re.MULTILINE))
    named = set(re.findall(r"^      ([a-z_]+)\s+=", rights, re.MULTILINE))
    on_the_audit_log = set(re.findall(r"audit_log\s+= (.+)", rights))

    assert services == SERVICES | {"migrate"}
    assert named == COLLECTIONS
    assert on_the_audit_log == {"local.adding"}
    assert re.search(r'adding\s+= \["FIND", "INSERT"\]', text)


def test_operators_read_all_and_change_nothing_but_what_their_commands_change() -> None:
    text = (STACKS / "atlas/operators.tf").read_text()
    rights = dict(re.findall(r'^    ([A-Z_]+)\s+= \["([a-z_]*)"\]', text, re.MULTILINE))

    assert rights == {"FIND": "", "REMOVE": "unread_webhooks", "UPDATE": "relay_positions"}
    assert set(rights.values()) - {""} <= COLLECTIONS
    assert "operator" not in (STACKS / "atlas/users.tf").read_text()


def test_only_the_migration_may_change_the_schema_and_it_may_look_into_every_collection() -> None:
    text = (STACKS / "atlas/rights.tf").read_text()
    of_services, _, of_the_migration = text[: text.index("# service =>")].partition("    migrate = {")

    assert text.count("local.schema_actions") == 1
    assert "for_each = each.key == local.migration ? local.schema_actions : []" in text
    assert set(re.findall(r"^      ([a-z_]+)\s+=", of_the_migration, re.MULTILINE)) == COLLECTIONS
    assert re.findall(r"migrations\s+= (.+)", of_services) == ["local.reading"] * len(SERVICES)
    assert set(schema.COLLECTIONS) | {stored_version.MIGRATIONS} == COLLECTIONS


@pytest.mark.parametrize("path", sorted((STACKS / "datadog").glob("*.tf")), ids=lambda path: path.name)
def test_monitors_look_only_at_metrics_that_the_product_emits(path: Path) -> None:
    text = path.read_text()
    named = set(re.findall(r"\brefunds_[a-z_]+", text))

    relays = {metric.name for metric in RelayCollector(RelayMetrics(clock=FixedClock())).collect()}

    assert {name for name in named - relays if f'"{name}"' not in PRODUCT} == set()
    assert "trace." not in text or "opentelemetry" in PRODUCT


def test_log_filters_count_only_events_that_the_product_writes() -> None:
    text = (MODULES / "observability/log_metrics.tf").read_text()
    counted = set(re.findall(r'"([a-z]+\.[a-z_]+)"', text[: text.index("log_metrics = merge")]))

    assert len(counted) > 5
    assert {event for event in counted if f'"{event}"' not in PRODUCT} == set()


def test_every_event_that_the_product_writes_as_an_error_is_counted_and_watched() -> None:
    text = (MODULES / "observability/log_metrics.tf").read_text()
    counted = dict(re.findall(r"^    (\w+)\s+= (\[.*\])$", text, re.MULTILINE))
    watched = set(re.findall(r'\bmetric\s+= "(\w+)", threshold', text))
    errors = set(re.findall(r'log\.error\("([a-z_.]+)"', PRODUCT))

    told_of = {event for metric in watched for event in re.findall(r'"([^"]+)"', counted[metric])}

    assert {"audit.behind_anchor", "relay.step_broken"} <= errors
    assert errors - told_of == set()


def test_lag_is_read_from_a_line_that_the_product_writes_for_each_reader() -> None:
    text = (MODULES / "observability/reader_lag.tf").read_text()

    readers = re.findall(r'^    \w+_lag_s\s+= "(\w+)"$', text, re.MULTILINE)

    assert readers == [RelayParts.__dataclass_fields__["name"].default, READER]
    assert set(re.findall(r'event = \\"([a-z_.]+)\\"', text)) == {"relay.progress"}
    assert 'log.info("relay.progress", reader=name, lag_s=' in PRODUCT


def test_groups_of_the_user_pool_are_the_products_roles() -> None:
    text = (MODULES / "identity/groups.tf").read_text()

    assert re.findall(r'^    "([a-z_]+)",$', text, re.MULTILINE) == [role.value for role in Role]
