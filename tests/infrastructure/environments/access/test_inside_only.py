"""What the way in leads to, in every environment: no path that is for the inside only reaches a service.

The rules of both listeners are read as the load balancer does: by priority, the first whose pattern fits.
"""

from fnmatch import fnmatchcase

import pytest
from prometheus_client import CollectorRegistry
from tests.infrastructure.support.estate import Estate, Resource

from refunds.runtime.app.health import HealthRoutes
from refunds.runtime.http.metrics import WebMetrics

TOLD_OUTSIDE = {"/health", "/health/live"}
OPERATIONS = {endpoint.path for endpoint in HealthRoutes(pings={}, metrics=WebMetrics(CollectorRegistry())).endpoints()}
LISTENERS = ("production", "test")


def rules(estate: Estate, listener: str) -> list[Resource]:
    """The rules of a listener in the order in which they are tried."""
    found = [
        rule
        for rule in estate.of("aws_lb_listener_rule")
        if rule.name == listener or (rule.name == "inside_only" and listener in rule.keys)
    ]
    return sorted(found, key=lambda rule: int(rule["priority"]))


def answers(found: list[Resource], path: str) -> str:
    """`forward` where a service is asked, `fixed-response` where none is."""
    for rule in found:
        (condition,) = rule["condition"]
        if any(fnmatchcase(path, pattern) for pattern in condition["path_pattern"][0]["values"]):
            return str(rule["action"][0]["type"])
    return "fixed-response"


@pytest.mark.parametrize("listener", LISTENERS)
def test_operations_that_are_for_the_inside_reach_no_service(estate: Estate, listener: str) -> None:
    found = rules(estate, listener)

    reached = {path for path in OPERATIONS if answers(found, path) == "forward"}

    assert len(found) == 4
    assert reached == TOLD_OUTSIDE


@pytest.mark.parametrize("listener", LISTENERS)
def test_what_customers_ask_reaches_a_service(estate: Estate, listener: str) -> None:
    found = rules(estate, listener)

    asked = {path: answers(found, path) for path in ("/v1/refunds", "/v1/parameters", "/webhooks/sandbox", "/docs")}

    assert set(asked.values()) == {"forward"}


def test_watchers_outside_ask_only_what_is_answered_outside(estate: Estate) -> None:
    checked = {check["resource_path"] for check in estate.of("aws_route53_health_check")}
    canary = estate.one("aws_synthetics_canary")["run_config"][0]["environment_variables"]["HEALTH_URL"]

    assert checked | {"/" + canary.split("/", 3)[3]} <= TOLD_OUTSIDE
