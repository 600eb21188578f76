"""The sample of the demonstration: the same from the same seed, complete, and true to the product's rules."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from refunds.domain.eligibility.eligibility import FULL_ONLY
from refunds.domain.payment.payment import MethodType
from refunds.domain.payment.states import Status
from refunds.domain.settings.money_limits import thousands
from refunds.domain.settings.parameter_checks import checked
from refunds.domain.settings.parameters import check_settable, definition
from refunds.domain.tenancy import PARENT_KIND, PLATFORM, TenantKind
from refunds_embedded.sample.behaviours import ENDS, REFUSAL_CODES
from refunds_embedded.sample.kinds import KINDS, Kind
from refunds_embedded.sample.payments import METHODS
from refunds_embedded.sample.requests import Sample, make_sample
from refunds_embedded.sample.tenants import APPROVAL_FROM, merchants, parameters, tenants
from refunds_embedded.sandbox.behaviours import BEHAVIOURS
from refunds_embedded.sandbox.error_codes import BY_NORMALISED

REFUND_WINDOW = timedelta(days=180)


@pytest.fixture(scope="module")
def sample() -> Sample:
    return make_sample(seed=1, payments_count=5_000, requests_count=2_000)


def test_same_seed_makes_the_same_sample(sample: Sample) -> None:
    assert make_sample(1, 5_000, 2_000) == sample


def test_another_seed_makes_another_sample(sample: Sample) -> None:
    assert make_sample(2, 5_000, 2_000) != sample


def test_there_are_as_many_tenants_as_promised() -> None:
    counts = Counter(tenant.kind for tenant in tenants())

    assert counts == {
        TenantKind.BANK: 3,
        TenantKind.PROGRAM: 6,
        TenantKind.ORGANIZATION: 12,
        TenantKind.MERCHANT: 40,
    }


def test_every_tenant_comes_after_its_parent_and_hangs_below_the_right_kind() -> None:
    known = {PLATFORM: TenantKind.PLATFORM}

    for tenant in tenants():
        assert known[tenant.parent_id] is PARENT_KIND[tenant.kind]
        known[tenant.id] = tenant.kind


def test_merchants_sell_in_all_five_currencies() -> None:
    assert {merchant.currency for merchant in merchants()} == {"USD", "EUR", "GBP", "JPY", "KWD"}


def test_every_parameter_of_the_sample_may_be_set_as_it_is() -> None:
    for parameter in parameters():
        check_settable(definition(parameter.name), parameter.tenant_id)
        assert checked(definition(parameter.name), parameter.value) == parameter.value


def test_the_sample_is_as_large_as_was_asked(sample: Sample) -> None:
    assert len(sample.payments) == 5_000
    assert sample.requests_count == 2_000


@pytest.mark.parametrize("requests_count", [1, 7, 100, 333])
def test_samples_of_any_size_have_exactly_as_many_requests(requests_count: int) -> None:
    assert make_sample(1, 1_000, requests_count).requests_count == requests_count


def test_fewer_payments_than_the_requests_need_are_refused() -> None:
    with pytest.raises(ValueError, match="100 requests need at least"):
        make_sample(seed=1, payments_count=10, requests_count=100)


def test_every_method_and_currency_is_paid_with(sample: Sample) -> None:
    assert {payment.method for payment in sample.payments} == set(MethodType)
    assert {payment.currency for payment in sample.payments} == set(METHODS)


def test_every_kind_of_request_is_sent(sample: Sample) -> None:
    assert {request.kind for group in sample.groups for request in group.requests} == set(Kind)


def test_every_behaviour_of_the_sandbox_is_met(sample: Sample) -> None:
    met = {request.behaviour for group in sample.groups for request in group.requests}

    assert {behaviour.name for behaviour in BEHAVIOURS} <= met
    assert set(ENDS) == met


def test_every_normalised_code_that_ends_a_refund_is_refused_with_once_at_least() -> None:
    assert set(REFUSAL_CODES) == set(BY_NORMALISED) - {"rate_limited", "gateway_unavailable"}


def test_line_items_sum_to_the_captured_amount(sample: Sample) -> None:
    with_items = [payment for payment in sample.payments if payment.line_items]

    assert with_items
    assert all(sum(i.amount for i in payment.line_items) == payment.captured_amount for payment in with_items)


def test_only_requests_over_the_limit_ask_for_more_than_was_captured(sample: Sample) -> None:
    for group in sample.groups:
        asked = sum(request.amount or 0 for request in group.requests)
        is_over = asked > group.payment.captured_amount
        assert is_over == (group.requests[0].kind in (Kind.OVER_LIMIT, Kind.RACE))


def test_two_of_a_race_cannot_both_be_taken_but_one_can(sample: Sample) -> None:
    for group in sample.groups:
        if group.is_race:
            first, second = (request.amount or 0 for request in group.requests)
            assert 0 < first <= group.payment.captured_amount < first + second


def test_the_last_of_several_finds_something_left(sample: Sample) -> None:
    for group in sample.groups:
        if group.requests[0].kind is Kind.SEVERAL:
            *parts, rest = group.requests
            assert all(part.amount and part.amount > 0 for part in parts)
            assert rest.amount is None
            assert sum(part.amount or 0 for part in parts) < group.payment.captured_amount


def test_parts_are_asked_of_divisible_methods_only(sample: Sample) -> None:
    for group in sample.groups:
        for request in group.requests:
            is_part = request.amount is not None and request.amount < group.payment.captured_amount
            if is_part and request.kind not in (Kind.PARTIAL_NOT_SUPPORTED, Kind.NOT_POSITIVE):
                assert group.payment.method not in FULL_ONLY


def test_exactly_the_refunds_that_wait_for_a_person_reach_the_approval_limit(sample: Sample) -> None:
    waiting = {Kind.APPROVED, Kind.REJECTED, Kind.WAITING, Kind.SELF_APPROVED, Kind.CANCELED_WAITING}

    for group in sample.groups:
        currency = group.payment.currency
        limit = APPROVAL_FROM.get(currency, thousands(1))[currency]
        needs_approval = group.payment.captured_amount >= limit
        assert needs_approval == (group.requests[0].kind in waiting)


def test_exactly_the_too_old_payments_lie_outside_the_refund_window(sample: Sample) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)

    for group in sample.groups:
        is_outside = now - group.payment.captured_at(now) > REFUND_WINDOW
        assert is_outside == (group.requests[0].kind is Kind.TOO_OLD)


def test_requests_that_are_refused_leave_no_refund_behind(sample: Sample) -> None:
    for group in sample.groups:
        for request in group.requests:
            assert (request.ends is None) == (KINDS[request.kind].http_status != 201)


def test_refunds_of_the_sample_end_in_every_way(sample: Sample) -> None:
    ends = {request.ends for group in sample.groups for request in group.requests}

    assert ends == {
        None,
        Status.COMPLETED,
        Status.FAILED,
        Status.REVERSED,
        Status.VALIDATION_FAILED,
        Status.PENDING_APPROVAL,
        Status.REJECTED,
        Status.CANCELED,
    }
