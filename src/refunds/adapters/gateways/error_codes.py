"""Maps the gateways' own error codes to the product's codes. The gateway's code is stored as well.

The product's codes come from the public contract. A gateway's code that is in no table becomes `unknown_error`. The
meaning of ACH return codes comes from the Nacha operating rules.
"""

from collections.abc import Mapping

UNKNOWN = "unknown_error"

SANDBOX: Mapping[str, str] = {
    "do_not_honor": "declined",
    "merchant_balance_too_low": "insufficient_funds",
    "card_expired": "expired_card",
    "card_lost": "lost_or_stolen_card",
    "card_stolen": "lost_or_stolen_card",
    "charge_under_dispute": "disputed",
    "charge_fully_refunded": "already_refunded",
    "amount_exceeds_remaining": "amount_exceeds_remaining",
    "currency_not_supported": "currency_not_supported",
    "refund_not_supported": "method_not_supported",
    "no_such_payment": "payment_not_found",
    "merchant_suspended": "merchant_account_problem",
    "too_many_requests": "rate_limited",
    "upstream_unavailable": "gateway_unavailable",
    "R02": "account_closed",
    "R03": "account_not_found",
    "R04": "account_not_found",
    "R16": "declined",
    "R20": "method_not_supported",
    "R23": "declined",
}

NORMALISED: frozenset[str] = frozenset(SANDBOX.values()) | {UNKNOWN}


def normalised(table: Mapping[str, str], raw: str) -> str:
    """Returns the product's code for a gateway's code. Returns an empty text for an empty code."""
    return table.get(raw, UNKNOWN) if raw else ""
