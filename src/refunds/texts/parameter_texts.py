"""The description of each parameter for people who set it, by its name."""

from collections.abc import Mapping

from refunds.domain.settings.exchange_rates import BASE_CURRENCY

_BY_CURRENCY = (
    f", in minor units for each currency. For a currency without an amount, the amount in {BASE_CURRENCY} is converted "
    "at a dated exchange rate."
)

PARAMETER_TEXTS: Mapping[str, str] = {
    "refund_window_days": "Number of days after the capture during which a refund may be requested.",
    "refund_amount_max": f"Largest amount of one refund{_BY_CURRENCY}",
    "refund_daily_max": f"Largest amount of one payment that may be refunded in 24 hours{_BY_CURRENCY}",
    "refund_weekly_max": f"Largest amount of one payment that may be refunded in 7 days{_BY_CURRENCY}",
    "debit_card_daily_max": (
        f"Largest amount of one payment by debit card that may be refunded in 24 hours{_BY_CURRENCY}"
    ),
    "debit_card_weekly_max": (
        f"Largest amount of one payment by debit card that may be refunded in 7 days{_BY_CURRENCY}"
    ),
    "auto_approval_below": f"Amount below which a refund needs no approval{_BY_CURRENCY}",
    "approvals_required": "Number of people who must approve a refund that needs approval.",
    "refunds_per_payment_max": (
        "Largest number of refunds of one payment that are paid or under way. Unsuccessful refunds do not count."
    ),
    "refund_methods_allowed": "Methods by which refunds may be paid out. Only original_payment is connected yet.",
    "reason_codes_added": (
        "Reason codes that refunds may have in addition to the product's own. The list of a tenant replaces the lists "
        "of the tenants above it. A tenant without a list uses the list of the nearest tenant above it that has one. "
        "Daily totals count these codes as `other`."
    ),
    "gateway_attempts_max": "Largest number of submissions to a gateway under one idempotency key.",
    "gateway_wait_max_s": (
        "Seconds for which the service submits a refund again to a gateway that cannot be reached. After that, the "
        "service only queries the status of the refund."
    ),
    "gateway_retry_delays_s": (
        "Seconds to wait before each further submission. Each must be at least 1, so that no refund is submitted again "
        "at once."
    ),
    "gateway_rate_limit_delay_s": "Seconds to wait after the gateway has refused a call because it received too many.",
    "gateway_status_ask_delay_s": (
        "Seconds to wait before the service queries the status of a refund whose outcome is unknown."
    ),
    "gateway_pending_ask_delay_s": (
        "Seconds to wait before the service queries the status of a refund that is pending at its gateway."
    ),
    "gateway_lease_s": "Seconds for which one worker alone may work on a submission or a status query.",
    "pay_out_during_dispute": "True if a refund may be submitted while a dispute about its payment is open.",
}
