"""The sandbox's own raw error codes with the normalised code each stands for.

Read by behaviours, decisions, GET /error-codes and the docs.

| raw code | normalised | HTTP |
|---|---|---|
| do_not_honor | declined | 402 |
| R16 | declined | 402 |
| R23 | declined | 402 |
| merchant_balance_too_low | insufficient_funds | 402 |
| R02 | account_closed | 402 |
| R03 | account_not_found | 402 |
| R04 | account_not_found | 402 |
| card_expired | expired_card | 402 |
| card_lost | lost_or_stolen_card | 402 |
| card_stolen | lost_or_stolen_card | 402 |
| charge_under_dispute | disputed | 400 |
| charge_fully_refunded | already_refunded | 400 |
| amount_exceeds_remaining | amount_exceeds_remaining | 400 |
| currency_not_supported | currency_not_supported | 400 |
| refund_not_supported | method_not_supported | 400 |
| R20 | method_not_supported | 402 |
| no_such_payment | payment_not_found | 400 |
| merchant_suspended | merchant_account_problem | 402 |
| too_many_requests | rate_limited | 429 |
| upstream_unavailable | gateway_unavailable | 503 |
| E9999 | unknown_error | 402 |

A raw code that is in no table is `unknown_error`; adapters must treat it so. The first raw code
of a normalised code is the one that `tok_refused_<normalised code>` produces. Never imported by
the product: its adapter keeps a table of its own, so that the two check each other.
"""

import msgspec


class ErrorCode(msgspec.Struct, frozen=True, kw_only=True):
    """One reason to refuse a refund, with its raw code, its normalized code and the response.

    `is_recorded` is True if the books store the refusal.
    """

    raw_code: str
    normalised: str
    http_status: int
    message: str
    is_recorded: bool = True


def _code(raw_code: str, normalised: str, http_status: int, message: str, *, is_recorded: bool = True) -> ErrorCode:
    return ErrorCode(
        raw_code=raw_code,
        normalised=normalised,
        http_status=http_status,
        message=message,
        is_recorded=is_recorded,
    )


ERROR_CODES: tuple[ErrorCode, ...] = (
    _code("do_not_honor", "declined", 402, "The issuer declined the refund."),
    _code("R16", "declined", 402, "The receiving account is frozen."),
    _code("R23", "declined", 402, "The receiver refused the credit."),
    _code(
        "merchant_balance_too_low",
        "insufficient_funds",
        402,
        "The merchant's balance does not cover the refund.",
    ),
    _code("R02", "account_closed", 402, "The receiving account is closed."),
    _code("R03", "account_not_found", 402, "There is no such receiving account."),
    _code("R04", "account_not_found", 402, "The receiving account's number is not valid."),
    _code("card_expired", "expired_card", 402, "The card has expired."),
    _code("card_lost", "lost_or_stolen_card", 402, "The card was reported lost."),
    _code("card_stolen", "lost_or_stolen_card", 402, "The card was reported stolen."),
    _code("charge_under_dispute", "disputed", 400, "The payment is under dispute."),
    _code("charge_fully_refunded", "already_refunded", 400, "The payment is refunded already."),
    _code(
        "amount_exceeds_remaining",
        "amount_exceeds_remaining",
        400,
        "The amount exceeds what is left to refund.",
    ),
    _code(
        "currency_not_supported",
        "currency_not_supported",
        400,
        "The payment was captured in another currency.",
    ),
    _code(
        "refund_not_supported",
        "method_not_supported",
        400,
        "This payment method cannot be refunded.",
    ),
    _code("R20", "method_not_supported", 402, "The receiving account takes no credits."),
    _code("no_such_payment", "payment_not_found", 400, "There is no such payment."),
    _code(
        "merchant_suspended",
        "merchant_account_problem",
        402,
        "The merchant's account is suspended.",
    ),
    _code(
        "too_many_requests",
        "rate_limited",
        429,
        "Too many requests; try again later.",
        is_recorded=False,
    ),
    _code(
        "upstream_unavailable",
        "gateway_unavailable",
        503,
        "The network does not answer.",
        is_recorded=False,
    ),
    _code("E9999", "unknown_error", 402, "The network answered with an error of its own."),
)

BY_RAW_CODE: dict[str, ErrorCode] = {code.raw_code: code for code in ERROR_CODES}
BY_NORMALISED: dict[str, ErrorCode] = {code.normalised: code for code in reversed(ERROR_CODES)}


def error_code(name: str) -> ErrorCode:
    """Returns the refusal with this name.

    `name` is a normalized code or a raw code. Any other name becomes a raw code that means `unknown_error`.
    """
    known = BY_NORMALISED.get(name) or BY_RAW_CODE.get(name)
    return known or _code(name, "unknown_error", 402, "The network answered with a code that is in no table.")


def normalised_code(raw_code: str) -> str:
    """Returns the normalized code of a raw code. Returns `unknown_error` if the raw code is unknown."""
    return error_code(raw_code).normalised
