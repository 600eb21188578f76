"""How far ahead work may be due follows the parameters ever set; one that cannot be read may be the longest."""

import pytest

from refunds.domain.settings.parameters import DEFINITIONS
from refunds.domain.settings.unreadable_settings import UnreadableValue
from refunds.domain.verification.longest_waits import longest_waits

PATH = ("platform", "bnk_1", "mer_1")
LEASE = DEFINITIONS["gateway_lease_s"]


@pytest.mark.parametrize(
    ("name", "tenant_id", "lease_s"),
    [
        ("gateway_lease_s", "mer_1", LEASE.maximum),
        ("gateway_lease_s", "", LEASE.maximum),
        ("", "bnk_1", LEASE.maximum),
        ("gateway_lease_s", "mer_2", LEASE.default),
        ("refund_window_days", "mer_1", LEASE.default),
    ],
)
def test_unreadable_value_may_be_the_longest_that_its_parameter_may_have(
    name: str, tenant_id: str, lease_s: int
) -> None:
    unreadable = UnreadableValue(id="prv_1", name=name, tenant_id=tenant_id, reason="no value")

    assert longest_waits([], PATH, [unreadable]).lease_s == lease_s
