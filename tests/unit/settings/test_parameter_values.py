"""Which values a parameter may have, and where it may be set."""

import pytest
from tests.support.payments.payments import NOW, PATH

from refunds.domain.errors import NotOverridable, ParameterNotFound, ValueOutOfRange
from refunds.domain.settings.parameter_checks import checked
from refunds.domain.settings.parameters import (
    DEFINITIONS,
    ParameterSnapshot,
    Value,
    ValueType,
    check_settable,
    definition,
)
from refunds.texts.parameter_texts import PARAMETER_TEXTS

MERCHANT, ORGANIZATION, PROGRAM, BANK, PLATFORM = tuple(reversed(PATH))


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ParameterNotFound):
        definition("refund_widow_days")
    with pytest.raises(ParameterNotFound):
        ParameterSnapshot(1, ()).resolve("refund_widow_days", PATH, NOW)


@pytest.mark.parametrize("name", sorted(DEFINITIONS))
def test_every_default_obeys_its_own_definition(name: str) -> None:
    of = DEFINITIONS[name]

    assert checked(of, of.default) == of.default


def test_every_parameter_has_a_text_and_every_text_a_parameter() -> None:
    assert set(PARAMETER_TEXTS) == set(DEFINITIONS)
    assert all(text.endswith(".") for text in PARAMETER_TEXTS.values())


@pytest.mark.parametrize("name", sorted(n for n, d in DEFINITIONS.items() if d.type is ValueType.INTEGER))
def test_integers_are_taken_up_to_their_bounds_and_not_beyond(name: str) -> None:
    of = DEFINITIONS[name]

    assert checked(of, of.minimum) == of.minimum
    assert checked(of, of.maximum) == of.maximum
    for value in (of.minimum - 1, of.maximum + 1, True, "5", 5.0, (5,)):
        with pytest.raises(ValueOutOfRange):
            checked(of, value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("refund_window_days", None),
        ("pay_out_during_dispute", 1),
        ("pay_out_during_dispute", None),
        ("gateway_retry_delays_s", ()),
        ("gateway_retry_delays_s", (0,)),
        ("gateway_retry_delays_s", (3, 9, 0)),
        ("gateway_rate_limit_delay_s", 0),
        ("gateway_status_ask_delay_s", 0),
        ("gateway_pending_ask_delay_s", 0),
        ("gateway_retry_delays_s", (3, -1)),
        ("gateway_retry_delays_s", (3, True)),
        ("gateway_retry_delays_s", 3),
        ("gateway_retry_delays_s", tuple(range(1, 22))),
        ("refund_methods_allowed", ("cash",)),
        ("refund_methods_allowed", "original_payment"),
        ("refund_methods_allowed", (1,)),
        ("refund_methods_allowed", ("balance", "balance")),
    ],
)
def test_values_of_another_shape_are_refused(name: str, value: Value) -> None:
    with pytest.raises(ValueOutOfRange) as refused:
        checked(DEFINITIONS[name], value)
    assert refused.value.name == name


def test_lists_are_kept_as_they_were_set() -> None:
    assert checked(DEFINITIONS["gateway_retry_delays_s"], [1, 2]) == (1, 2)  # type: ignore[arg-type]
    assert checked(DEFINITIONS["refund_methods_allowed"], ("balance",)) == ("balance",)


def test_what_may_not_be_overridden_is_set_at_the_platform_only() -> None:
    of = DEFINITIONS["refunds_per_payment_max"]

    check_settable(of, PLATFORM)
    with pytest.raises(NotOverridable):
        check_settable(of, MERCHANT)
