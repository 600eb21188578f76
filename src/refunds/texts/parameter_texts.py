"""What each parameter means to people who set it: one text a parameter, by its name."""

from collections.abc import Mapping

from refunds.domain.settings.exchange_rates import BASE_CURRENCY

_BY_CURRENCY = f"; minor units by currency. Currencies not named follow {BASE_CURRENCY} at dated rates."

PARAMETER_TEXTS: Mapping[str, str] = {
    "refund_window_days": "Days after capture within which a refund may be asked for.",
    "refund_amount_max": f"Largest refund{_BY_CURRENCY}",
    "refund_daily_max": f"Most that is refunded of one payment in 24 hours{_BY_CURRENCY}",
    "refund_weekly_max": f"Most that is refunded of one payment in 7 days{_BY_CURRENCY}",
    "debit_card_daily_max": f"As refund_daily_max, of payments by debit card{_BY_CURRENCY}",
    "debit_card_weekly_max": f"As refund_weekly_max, of payments by debit card{_BY_CURRENCY}",
    "auto_approval_below": f"Refunds below this amount need no approval{_BY_CURRENCY}",
    "approvals_required": "Approvals by different people that a refund needs, where it needs any.",
    "refunds_per_payment_max": (
        "Refunds of one payment that went out or may go out; those that ended without money do not count."
    ),
    "refund_methods_allowed": "Where refunds may go. Only original_payment can be paid out yet.",
    "reason_codes_added": (
        "Reason codes of refunds beside the product's own; the nearest list holds. Reports count them as other."
    ),
    "gateway_attempts_max": "Submissions to a gateway under one idempotency key.",
    "gateway_wait_max_s": (
        "How long a refund waits for a gateway that cannot be reached, before only its status is queried."
    ),
    "gateway_retry_delays_s": (
        "Waits before the submissions after the first; no tenant may have its refunds submitted again at once."
    ),
    "gateway_rate_limit_delay_s": "Wait after the gateway has refused a call because of too many calls.",
    "gateway_status_ask_delay_s": "Wait before the status query of an unknown outcome.",
    "gateway_pending_ask_delay_s": "Wait before the status query of a refund that is pending at its gateway.",
    "gateway_lease_s": "How long one worker alone may work on a submission or a status query.",
    "pay_out_during_dispute": "Whether a refund may go out while a dispute is open.",
}
