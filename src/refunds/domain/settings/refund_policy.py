"""Collects the parameters of a tenant that decisions on refunds read, in one typed record.

`limits_of` builds the record once for each tenant and version of the parameters. The tenant's refunds share the record
until a value changes.
"""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from refunds.domain.settings.money_limits import MoneyLimit, money_limit
from refunds.domain.settings.parameters import ParameterSnapshot


class Limits(Struct, frozen=True, kw_only=True):
    """The values of the parameters that decisions on refunds read.

    Money limits have an amount per currency (`MoneyLimit.of`). Waits are in seconds.
    """

    refund_window_days: int
    refund_amount_max: MoneyLimit | None
    refund_daily_max: MoneyLimit | None
    refund_weekly_max: MoneyLimit | None
    debit_card_daily_max: MoneyLimit
    debit_card_weekly_max: MoneyLimit
    auto_approval_below: MoneyLimit
    approvals_required: int
    refunds_per_payment_max: int
    refund_methods_allowed: tuple[str, ...]
    reason_codes_added: tuple[str, ...] | None
    gateway_attempts_max: int
    gateway_wait_max_s: int
    gateway_retry_delays_s: tuple[int, ...]
    gateway_rate_limit_delay_s: int
    gateway_status_ask_delay_s: int
    gateway_pending_ask_delay_s: int
    gateway_lease_s: int
    pay_out_during_dispute: bool


def limits_of(snapshot: ParameterSnapshot, path: tuple[str, ...], at: datetime) -> Limits:
    """Returns the limits that are in force at the time `at` for the tenant at `path`."""
    values = {name: snapshot.resolve(name, path, at).value for name in Limits.__struct_fields__}
    typed = {name: money_limit(value, at) if isinstance(value, Mapping) else value for name, value in values.items()}
    return Limits(**typed)  # type: ignore[arg-type]
