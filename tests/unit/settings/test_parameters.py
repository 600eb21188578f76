"""A parameter is resolved from the nearest level with a value in force, and the result names that level."""

from datetime import timedelta

import pytest
from tests.support.payments.payments import NOW, PATH, seconds

from refunds.domain.settings.parameter_checks import checked
from refunds.domain.settings.parameters import (
    DEFINITIONS,
    ParameterSnapshot,
    ParameterValue,
    Value,
    definition,
    is_looser,
)
from refunds.domain.settings.refund_policy import limits_of
from refunds.domain.settings.value_errors import LeaseTooShort

MERCHANT, ORGANIZATION, PROGRAM, BANK, PLATFORM = tuple(reversed(PATH))

DAYS = "refund_window_days"


def a_value(
    node: str,
    value: Value,
    *,
    name: str = DAYS,
    begins: float = 0,
    ends: float | None = None,
    set_at: float = 0,
    id_: str = "",
) -> ParameterValue:
    return ParameterValue(
        id=id_ or f"prv_{node}_{value}",
        name=name,
        tenant_id=node,
        value=value,
        effective_from=NOW + seconds(begins),
        expires_at=None if ends is None else NOW + seconds(ends),
        set_by="usr_admin",
        set_at=NOW + seconds(set_at),
    )


def resolved(values: list[ParameterValue], at: float = 0, name: str = DAYS) -> tuple[Value, str]:
    found = ParameterSnapshot(1, values).resolve(name, PATH, NOW + seconds(at))
    return found.value, found.source


def test_without_any_value_the_default_is_in_force_and_is_the_source() -> None:
    assert resolved([]) == (180, "default")


@pytest.mark.parametrize("lease_s", [1, 10, 14])
def test_lease_is_longer_than_a_call_to_a_gateway_may_take_and_a_margin(lease_s: int) -> None:
    with pytest.raises(LeaseTooShort) as refused:
        checked(definition("gateway_lease_s"), lease_s)
    assert (refused.value.minimum, refused.value.maximum, refused.value.call_max_s) == (15, 3600, 10)

    assert resolved([a_value(MERCHANT, lease_s, name="gateway_lease_s")], name="gateway_lease_s") == (15, MERCHANT)


def test_the_nearest_level_wins_where_the_parameter_is_no_bound() -> None:
    name = "gateway_status_ask_delay_s"
    levels = [PLATFORM, BANK, PROGRAM, ORGANIZATION, MERCHANT]
    values = [a_value(node, number, name=name) for number, node in enumerate(levels, start=1)]

    found = [resolved(values[:count], name=name) for count in range(1, 6)]

    assert found == [(number, node) for number, node in enumerate(levels, start=1)]


@pytest.mark.parametrize(
    ("name", "bank", "loose", "strict"),
    [
        ("refund_window_days", 90, 365, 30),
        ("refund_amount_max", {"USD": 500}, {"USD": 501}, {"USD": 499}),
        ("refund_amount_max", {"USD": 500}, None, {"USD": 1}),
        ("auto_approval_below", {"USD": 100}, {"USD": 10**9}, {"USD": 0}),
        ("approvals_required", 2, 1, 3),
        ("pay_out_during_dispute", False, True, False),
        ("refund_methods_allowed", ("balance", "other"), ("original_payment", "balance", "other"), ("other",)),
    ],
)
def test_no_level_loosens_a_bound_that_one_above_it_has_set(
    name: str, bank: Value, loose: Value, strict: Value
) -> None:
    of_bank = a_value(BANK, bank, name=name)

    assert resolved([of_bank, a_value(MERCHANT, loose, name=name)], name=name) == (bank, BANK)
    tightened = resolved([of_bank, a_value(ORGANIZATION, strict, name=name)], name=name)
    assert tightened == (strict, ORGANIZATION if strict != bank else BANK)


def test_what_is_in_force_of_two_lists_is_what_both_have_and_the_lower_level_has_decided() -> None:
    name = "refund_methods_allowed"
    values = [
        a_value(BANK, ("original_payment", "balance"), name=name),
        a_value(MERCHANT, ("other", "balance"), name=name),
    ]

    assert resolved(values, name=name) == (("balance",), MERCHANT)


def test_order_of_a_list_makes_it_no_looser() -> None:
    of = DEFINITIONS["refund_methods_allowed"]

    assert not is_looser(of, ("balance", "other"), ("other", "balance"), NOW)
    assert is_looser(of, ("balance", "other"), ("original_payment", "balance"), NOW)


def test_a_default_is_loosened_by_a_sponsor_and_not_below() -> None:
    assert resolved([a_value(PROGRAM, 365)]) == (365, PROGRAM)
    assert resolved([a_value(PROGRAM, 365), a_value(MERCHANT, 300)]) == (300, MERCHANT)
    assert resolved([a_value(ORGANIZATION, 365)]) == (180, "default")
    assert resolved([a_value(MERCHANT, 365)]) == (180, "default")


def test_a_value_of_another_branch_of_the_tree_is_not_seen() -> None:
    assert resolved([a_value("mer_2", 7), a_value("org_2", 8)]) == (180, "default")


def test_a_resolved_value_has_who_set_it_and_until_when_it_is_in_force() -> None:
    found = ParameterSnapshot(1, [a_value(BANK, 30, ends=60, id_="prv_1")]).resolve(DAYS, PATH, NOW)

    assert (found.source, found.value_id, found.set_by) == (BANK, "prv_1", "usr_admin")
    assert (found.effective_from, found.expires_at) == (NOW, NOW + seconds(60))


def test_a_value_holds_from_its_first_moment_until_before_its_last() -> None:
    values = [a_value(MERCHANT, 30, begins=10, ends=20)]

    assert [resolved(values, at) for at in (9.999, 10, 19.999, 20)] == [
        (180, "default"),
        (30, MERCHANT),
        (30, MERCHANT),
        (180, "default"),
    ]


def test_when_a_near_value_ends_the_level_above_is_in_force_again() -> None:
    values = [a_value(MERCHANT, 30, ends=10), a_value(BANK, 90)]

    assert [resolved(values, at) for at in (9, 10)] == [(30, MERCHANT), (90, BANK)]


def test_the_later_beginning_supersedes_and_the_earlier_value_is_still_resolved_for_its_time() -> None:
    values = [a_value(MERCHANT, 30), a_value(MERCHANT, 40, begins=100)]

    assert [resolved(values, at)[0] for at in (0, 99, 100, 10**6)] == [30, 30, 40, 40]


def test_of_two_values_with_one_beginning_the_one_that_was_set_later_holds() -> None:
    values = [a_value(MERCHANT, 40, set_at=5), a_value(MERCHANT, 30, set_at=1)]

    assert resolved(values) == resolved(values[::-1]) == (40, MERCHANT)


def test_no_limit_may_be_set_at_a_node_if_no_limit_is_the_default() -> None:
    name = "refund_amount_max"
    values = [a_value(BANK, None, name=name), a_value(MERCHANT, None, name=name)]

    assert resolved(values, name=name) == (None, BANK)


def test_the_next_moment_of_change_is_returned() -> None:
    snapshot = ParameterSnapshot(1, [a_value(MERCHANT, 30, begins=10, ends=20), a_value(BANK, 5, begins=-5)])

    moments = [snapshot.unchanged_until(NOW + seconds(at)) for at in (-10, -5, 0, 10, 20)]

    assert moments == [NOW + seconds(-5), NOW + seconds(10), NOW + seconds(10), NOW + seconds(20), None]


def test_the_last_moment_of_change_is_returned() -> None:
    snapshot = ParameterSnapshot(1, [a_value(MERCHANT, 30, begins=10, ends=20)])

    moments = [snapshot.unchanged_since(NOW + seconds(at)) for at in (9, 10, 19, 20, 30)]

    assert moments == [None, NOW + seconds(10), NOW + seconds(10), NOW + seconds(20), NOW + seconds(20)]


def test_limits_are_those_in_force_for_the_tenant_at_the_moment() -> None:
    values = [a_value(MERCHANT, 30, begins=10), a_value(BANK, 2, name="approvals_required")]
    snapshot = ParameterSnapshot(1, values)

    before, after = limits_of(snapshot, PATH, NOW), limits_of(snapshot, PATH, NOW + timedelta(seconds=10))

    assert (before.refund_window_days, after.refund_window_days) == (180, 30)
    assert before.approvals_required == 2
