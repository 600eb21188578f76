"""What leads to each problem, and what a caller can do about it: by code, the same whatever the request was."""

from collections.abc import Mapping
from typing import NamedTuple


class Remedy(NamedTuple):
    """One sentence each."""

    cause: str
    remedy: str


_REPEAT = "Repeat it after Retry-After, with the same Idempotency-Key."
_SCOPE = "It does not exist, or it belongs to a tenant outside your token's scope."
_READ_AGAIN = "Read the refund and decide again."

REMEDIES: Mapping[str, Remedy] = {
    # the request itself
    "malformed_json": Remedy("The body is no JSON, or not UTF-8.", "Send JSON; an amount is a number, never NaN."),
    "malformed_csv": Remedy("The file is no table with one header.", "Save it as CSV with the columns named."),
    "invalid_header": Remedy("A header is missing or malformed.", "Send the header that `errors` names."),
    "invalid_query": Remedy("A parameter is unknown or malformed.", "Correct what `errors` names; write + as %2B."),
    "unauthenticated": Remedy("The token is missing, expired or not signed by the issuer.", "Get a new token."),
    "insufficient_user_authentication": Remedy(
        "The action needs a second factor that was shown within 15 minutes.", "Sign in again with a second factor."
    ),
    "forbidden": Remedy("The role of the token may not do this.", "Ask somebody whose role may; see Authentication."),
    "route_not_found": Remedy("Nothing is at this address.", "Compare the path with the operations of this page."),
    "method_not_allowed": Remedy("The address has other methods.", "Use one of those that Allow names."),
    "not_acceptable": Remedy("The route cannot answer in what Accept asks for.", "Accept application/json."),
    "body_too_slow": Remedy("The body did not arrive in time.", _REPEAT),
    "body_too_large": Remedy("The body is longer than the route takes.", "Send less; split a file."),
    "too_many_rows": Remedy("The file has too many rows.", "Split the file; give each part a key of its own."),
    "duplicate_row": Remedy("Two rows without keys are the same.", "Remove one, or give each row a key of its own."),
    "media_type_not_supported": Remedy("The route takes another type.", "Send Content-Type: application/json."),
    "validation_failed": Remedy("Fields break their rules.", "Correct every field that `errors` names."),
    "overloaded": Remedy("More requests are waiting than are taken.", _REPEAT),
    "rate_limit_exceeded": Remedy("The tenant sent more than its limit.", "Wait as Retry-After says; send slower."),
    "internal_error": Remedy("A defect of the product.", "Repeat it with the same key; report the `request_id`."),
    "not_ready": Remedy("The process is starting or stopping.", _REPEAT),
    # what is asked for
    "not_found": Remedy(_SCOPE, "Check the id and the token."),
    "payment_not_found": Remedy(_SCOPE, "Check the id: payments begin with pay_."),
    "refund_not_found": Remedy(_SCOPE, "Check the id: refunds begin with ref_."),
    "tenant_not_found": Remedy(_SCOPE, "Check the id and the token."),
    "parameter_not_found": Remedy("No parameter has this name.", "Take one of GET /v1/parameters."),
    # money
    "refused": Remedy("A rule of the product is against it.", "Read `detail`, which names the rule."),
    "amount_exceeds_refundable": Remedy(
        "Refunds that are paid or under way hold the rest.", "Read refundable_amount of the payment; ask for less."
    ),
    "amount_not_positive": Remedy("The amount is zero or less.", "Ask for at least 1 minor unit."),
    "currency_mismatch": Remedy("The payment has another currency.", "Send the payment's currency, or none."),
    "too_many_refunds": Remedy("The payment has as many refunds as it may.", "Cancel one that waits."),
    "payment_full": Remedy("The payment and its refunds fill their document.", "Send shorter texts and metadata."),
    "line_items_do_not_sum": Remedy("Lines and amount differ.", "Make the lines sum to the amount."),
    "line_item_exceeds_payment": Remedy("Less is left of that line.", "Ask for what is left of it."),
    "line_items_exceed_captured": Remedy("The lines sum to more than was captured.", "Correct lines or amount."),
    # rules and people
    "requester_may_not_approve": Remedy("You asked for it yourself.", "Another administrator decides."),
    "approval_counted_twice": Remedy("You approved it already.", "Another administrator approves."),
    "held_by_rule": Remedy("A rule in force blocks it.", "Read `detail`; GET /v1/refunds/{refund_id}/why says more."),
    "payment_held": Remedy("The payment has an open dispute.", "Wait until the dispute is closed."),
    "refund_amount_above_maximum": Remedy("It is above refund_amount_max.", "Ask for less, or have it raised."),
    "period_limit_exceeded": Remedy("The limit of a day or a week is reached.", "Ask later, or have it raised."),
    "partial_refund_not_supported": Remedy("The payment method refunds in full only.", "Ask for the whole amount."),
    "refund_method_not_allowed": Remedy("The tenant does not allow it.", "Leave method out."),
    "refund_method_not_connected": Remedy("It cannot be paid out yet.", "Leave method out."),
    # parameters
    "value_out_of_range": Remedy("The definition does not allow the value.", "Read GET /v1/parameters/{name}."),
    "not_overridable": Remedy("It is set for the whole platform.", "Ask an administrator of the platform."),
    # states
    "conflict": Remedy("It is not in the state that this needs.", _READ_AGAIN),
    "transition_not_allowed": Remedy("The status does not allow it.", _READ_AGAIN),
    "refund_not_in_doubt": Remedy("The gateway's answer is known.", "Nothing needs to be settled."),
    "refund_not_cancelable": Remedy("It went to the gateway, or has ended.", "Read what became of it."),
    "already_exists": Remedy("The id or the gateway's payment is recorded.", "Read what is recorded."),
    "version_mismatch": Remedy("It changed since it was read.", "Read it again; send the new ETag in If-Match."),
    "approvals_missing": Remedy("Approvals that it needs are not given.", "Have administrators approve it."),
    "refund_on_its_way": Remedy("It may be a refund of ours under way.", "Deliver the webhook again later."),
    "idempotency_key_reused": Remedy("The key was sent with another body.", "New request: new key; repeat: same body."),
    # webhooks of gateways
    "notice_refused": Remedy("The webhook is not signed, or not as described.", "Sign it; deliver it again."),
    "notice_of_nothing_known": Remedy("It names what is not recorded here.", "Deliver it again later."),
    # ours
    "unavailable": Remedy("Something that is needed does not answer.", _REPEAT),
    "store_unavailable": Remedy("The database does not answer.", _REPEAT),
    "outcome_unknown": Remedy("The database did not confirm the write.", _REPEAT),
    "payment_unreadable": Remedy("What is stored cannot be read.", "Report the `request_id` to the operators."),
    "settings_unreadable": Remedy("What is stored cannot be read.", "Report the `request_id` to the operators."),
}
