"""A limit of money means its amount in each currency: named, or at a dated rate; yen and dinars are no dollars."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.payments.payments import NOW, PATH, seconds

from refunds.domain.errors import ValueOutOfRange
from refunds.domain.money import EXPONENTS, RETIRED, is_currency
from refunds.domain.settings.exchange_rates import APPROXIMATE, BASE_CURRENCY, FIXED, REFERENCE, rates_at
from refunds.domain.settings.money_limits import MoneyLimit, looser_currencies, lower, money_limit, thousands
from refunds.domain.settings.parameter_checks import checked
from refunds.domain.settings.parameters import DEFINITIONS, ParameterSnapshot, ParameterValue, Value, ValueType
from refunds.domain.settings.refund_policy import limits_of
from refunds.texts.problem_texts import message_of

MERCHANT, ORGANIZATION, PROGRAM, BANK, PLATFORM = tuple(reversed(PATH))
MONEY = sorted(name for name, of in DEFINITIONS.items() if of.type is ValueType.AMOUNTS)
CODES = sorted(code for code in EXPONENTS if is_currency(code))
AMOUNTS = st.dictionaries(st.sampled_from(CODES), st.integers(1, 10**12), max_size=6)
TABLES = st.builds(lambda base, named: {**named, BASE_CURRENCY: base}, st.integers(1, 10**12), AMOUNTS)


def a_value(node: str, value: Value, name: str = "auto_approval_below") -> ParameterValue:
    return ParameterValue(
        id=f"prv_{node}",
        name=name,
        tenant_id=node,
        value=value,
        effective_from=NOW,
        expires_at=None,
        set_by="usr_admin",
        set_at=NOW,
    )


def in_force(*values: ParameterValue, name: str = "auto_approval_below") -> MoneyLimit:
    found = getattr(limits_of(ParameterSnapshot(1, values), PATH, NOW + seconds(1)), name)
    assert isinstance(found, MoneyLimit)
    return found


@pytest.mark.parametrize(
    ("currency", "minor_units"),
    [("USD", 100_000), ("JPY", 150_000), ("KRW", 1_300_000), ("IDR", 1_800_000_000), ("KWD", 300_000)],
)
def test_without_any_value_no_approval_is_needed_below_a_round_sum_near_a_thousand_dollars(
    currency: str, minor_units: int
) -> None:
    assert in_force().of(currency) == minor_units


@pytest.mark.parametrize("currency", CODES)
def test_every_default_is_worth_about_as_much_in_every_currency(currency: str) -> None:
    """Between 0.7 and 1.4 times its dollars, by rates that the table of defaults was not made from line by line."""
    units_per_dollar = rates_at(NOW)[currency] / 1_000_000

    for number in (1, 10, 20):
        dollars = money_limit(thousands(number), NOW).of(currency) / 10 ** EXPONENTS[currency] / units_per_dollar
        assert 0.7 * 1000 * number <= dollars <= 1.4 * 1000 * number


def test_every_currency_has_one_rate() -> None:
    tables = (REFERENCE, FIXED, APPROXIMATE)

    assert set().union(*tables) == set(CODES)
    assert sum(map(len, tables)) == len(CODES)
    assert all(rate > 0 for table in tables for rate in table.values())
    assert rates_at(datetime(1970, 1, 1, tzinfo=UTC)) == rates_at(NOW)


@pytest.mark.parametrize(
    ("currency", "minor_units"),
    [("USD", 5_000), ("JPY", 7_850), ("KWD", 15_500), ("CLF", 12_000), ("EUR", 4_000), ("BHD", 18_800)],
)
def test_a_currency_that_a_value_does_not_name_follows_the_dollar(currency: str, minor_units: int) -> None:
    """50.00 USD at 157 yen, 0.31 and 0.376 dinars, 0.024 UF, each in its own digits; the euro is named."""
    value = a_value(PROGRAM, {"USD": 5_000, "EUR": 4_000})

    assert in_force(value).of(currency) == minor_units


def test_a_value_of_whole_units_of_an_earlier_release_is_an_amount_of_the_base_currency() -> None:
    earlier = a_value(PROGRAM, 50, name="auto_approval_below_major")

    assert in_force(earlier).of("USD") == 5_000
    assert in_force(earlier).of("JPY") == 7_850


def test_no_limit_of_an_earlier_release_is_no_limit() -> None:
    earlier = a_value(BANK, None, name="refund_amount_max_major")

    assert ParameterSnapshot(1, [earlier]).resolve("refund_amount_max", PATH, NOW).source == BANK
    assert limits_of(ParameterSnapshot(1, [earlier]), PATH, NOW).refund_amount_max is None


def test_a_lower_level_is_stricter_in_one_currency_and_follows_above_in_the_others() -> None:
    of_bank = a_value(BANK, {"USD": 50_000, "JPY": 60_000})
    of_merchant = a_value(MERCHANT, {"USD": 80_000, "JPY": 30_000, "EUR": 10_000})

    limit = in_force(of_bank, of_merchant)

    assert (limit.of("USD"), limit.of("JPY"), limit.of("EUR")) == (50_000, 30_000, 10_000)


def test_what_a_value_names_above_the_level_above_is_looser_and_what_follows_is_no_claim() -> None:
    rates = rates_at(NOW)

    assert looser_currencies({"USD": 100, "JPY": 10}, {"USD": 100, "JPY": 11}, rates) == ("JPY",)
    assert looser_currencies({"USD": 100, "JPY": 10}, {"USD": 100}, rates) == ()


@given(above=TABLES, value=TABLES, currency=st.sampled_from(CODES))
def test_of_two_levels_the_smaller_amount_holds_in_every_currency(
    above: dict[str, int], value: dict[str, int], currency: str
) -> None:
    rates = rates_at(NOW)
    both = MoneyLimit(amounts=lower(above, value, rates), rates=rates).of(currency)
    alone = [MoneyLimit(amounts=one, rates=rates).of(currency) for one in (above, value)]

    assert both == min(alone)


@pytest.mark.parametrize("name", MONEY)
@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (1_000, "must be a JSON object with an amount in minor units for each currency"),
        ({}, "must be a JSON object with an amount in minor units for each currency"),
        ((1_000,), "must be a JSON object with an amount in minor units for each currency"),
        ({"EUR": 1_000}, "must contain an amount in USD"),
        ({"USD": 1_000, "usd": 1_000}, "contains usd, which is not an ISO 4217 currency"),
        ({"USD": 1_000, "HRK": 1_000}, "contains HRK, which is not an ISO 4217 currency"),
        ({"USD": 10.5}, "must be a whole number"),
        ({"USD": True}, "must be a whole number"),
        ({"USD": "1000"}, "must be a whole number"),
        ({"USD": -1}, "must be at least"),
        ({"USD": 10**15 + 1}, "must be at least"),
    ],
)
def test_a_value_that_is_no_table_of_amounts_is_refused_by_its_rule(name: str, value: Value, rule: str) -> None:
    with pytest.raises(ValueOutOfRange) as refused:
        checked(DEFINITIONS[name], value)

    assert rule in message_of(refused.value)


def test_a_retired_currency_is_read_and_limited_as_before() -> None:
    assert all(in_force().of(code) == 100_000 for code in RETIRED)


def test_a_code_that_is_in_no_table_has_the_limit_of_the_base_currency() -> None:
    assert in_force().of("XXX") == 100_000
    assert in_force(a_value(PROGRAM, {"USD": 7})).of("XXX") == 7
