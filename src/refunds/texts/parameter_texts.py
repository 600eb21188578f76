"""Contains the description of each parameter, by its name, for people who set parameters."""

from collections.abc import Mapping

from refunds.domain.settings.exchange_rates import BASE_CURRENCY

_BY_CURRENCY = (
    f", in minor units for each currency. For every currency without an amount of its own, the service converts the "
    f"amount in {BASE_CURRENCY} at a fixed exchange rate."
)

PARAMETER_TEXTS: Mapping[str, str] = {
    "refund_window_days": "Number of days after the capture during which a refund may be requested.",
    "refund_amount_max": f"Largest amount of one refund{_BY_CURRENCY}",
    "refund_daily_max": f"Largest total of all refunds of one payment within 24 hours{_BY_CURRENCY}",
    "refund_weekly_max": f"Largest total of all refunds of one payment within 7 days{_BY_CURRENCY}",
    "debit_card_daily_max": (
        f"Largest total of all refunds of one payment by debit card within 24 hours{_BY_CURRENCY}"
    ),
    "debit_card_weekly_max": (f"Largest total of all refunds of one payment by debit card within 7 days{_BY_CURRENCY}"),
    "auto_approval_below": f"Amount below which a refund needs no approval{_BY_CURRENCY}",
    "approvals_required": "Number of people who must approve a refund that needs approval.",
    "refunds_per_payment_max": (
        "Largest number of refunds that one payment may have. Unsuccessful refunds do not count."
    ),
    "refund_methods_allowed": (
        "Methods by which refunds may be paid out. So far, the service can pay out by original_payment only."
    ),
    "reason_codes_added": (
        "Reason codes that refunds may have beside the product's own codes. The list of a tenant replaces the lists "
        "of the tenants above it. A tenant without a list uses the list of the nearest tenant above it that has one. "
        "Daily totals count these codes as `other`."
    ),
    "gateway_attempts_max": "Largest number of submissions of a refund to a gateway under one idempotency key.",
    "gateway_wait_max_s": (
        "While a gateway cannot be reached, the service repeats the submission of a refund for this number of seconds. "
        "After that, the service only queries the status of the refund."
    ),
    "gateway_retry_delays_s": (
        "Seconds to wait before each repeated submission of a refund: a list with one number for each repetition. Each "
        "number must be at least 1, so that there is always a pause."
    ),
    "gateway_rate_limit_delay_s": "Seconds to wait after a gateway has refused a call because of too many calls.",
    "gateway_status_ask_delay_s": (
        "Seconds to wait before the service queries the status of a refund whose outcome is unknown."
    ),
    "gateway_pending_ask_delay_s": (
        "Seconds to wait before the service queries the status of a refund that is pending at its gateway."
    ),
    "gateway_lease_s": "Seconds during which only one worker may work on a submission or a status query.",
    "pay_out_during_dispute": "True if a refund may be submitted while a dispute about its payment is open.",
}
