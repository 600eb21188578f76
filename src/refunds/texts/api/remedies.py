"""Explains what causes each problem, and what a caller can do about it.

There is one text per problem code. The text is the same for every request.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Remedy(NamedTuple):
    """The cause of a problem, and what to do about it. Each text has one or two sentences."""

    cause: str
    remedy: str


_REPEAT = "Repeat the request after the time in Retry-After, with the same Idempotency-Key."
_SCOPE = "The {kind} does not exist, or it belongs to a tenant outside your token's scope."
_READ_AGAIN = "Read the refund again, then decide what to do."
_REPORT = "Report the `request_id` to the operators."

REMEDIES: Mapping[str, Remedy] = {
    # the request itself
    "malformed_json": Remedy(
        "The body is not JSON, or it is not in UTF-8.", "Send JSON in UTF-8. Write each amount as a whole number."
    ),
    "malformed_csv": Remedy(
        "The file is not a CSV table with one header line.", "Save the file as CSV, with the column names in line 1."
    ),
    "invalid_header": Remedy("A header is missing or malformed.", "Send the header that `errors` names."),
    "invalid_query": Remedy(
        "A query parameter is unknown or malformed.",
        "Correct the parameter that `errors` names. In a query, write + as %2B.",
    ),
    "unauthenticated": Remedy(
        "The access token is missing, expired, or not signed by the issuer.", "Get a new access token."
    ),
    "insufficient_user_authentication": Remedy(
        "The action needs a second factor, and you used none within the last 15 minutes.",
        "Sign in with a second factor, then repeat the request.",
    ),
    "forbidden": Remedy(
        "The role of your token does not allow this action.",
        "Ask a person whose role allows the action. The section Authentication lists the roles.",
    ),
    "route_not_found": Remedy("No operation has this path.", "Compare the path with the operations on this page."),
    "method_not_allowed": Remedy(
        "The path does not accept this method.", "Use a method that the answer lists in its header Allow."
    ),
    "not_acceptable": Remedy(
        "The header Accept does not allow the media type of the answer.", "Send Accept: application/json."
    ),
    "body_too_slow": Remedy("The body did not arrive in time.", _REPEAT),
    "body_too_large": Remedy(
        "The body is larger than this route accepts.", "Send a smaller body. Split a large file into several files."
    ),
    "too_many_rows": Remedy(
        "The file has more rows than one file may have.", "Split the file, and give each part its own Idempotency-Key."
    ),
    "duplicate_row": Remedy(
        "Two rows of the file are the same, so they would create only one refund.",
        "Remove one of the rows, or give each row its own idempotency_key.",
    ),
    "media_type_not_supported": Remedy(
        "The route does not read the media type of the body.", "Send Content-Type: application/json."
    ),
    "validation_failed": Remedy(
        "One or more fields of the request are invalid.", "Correct every field that `errors` names."
    ),
    "overloaded": Remedy("The service is processing as many requests as it can.", _REPEAT),
    "rate_limit_exceeded": Remedy(
        "Your tenant has sent more requests than its limit allows.",
        "Wait for the seconds in Retry-After, then send requests more slowly.",
    ),
    "internal_error": Remedy(
        "The service has a defect.", "Repeat the request with the same Idempotency-Key, and report the `request_id`."
    ),
    "not_ready": Remedy("The service is starting or stopping.", _REPEAT),
    # what is asked for
    "not_found": Remedy(_SCOPE.format(kind="object"), "Check the id and your token."),
    "payment_not_found": Remedy(_SCOPE.format(kind="payment"), "Check the id: ids of payments begin with pay_."),
    "refund_not_found": Remedy(_SCOPE.format(kind="refund"), "Check the id: ids of refunds begin with ref_."),
    "tenant_not_found": Remedy(_SCOPE.format(kind="tenant"), "Check the id and your token."),
    "parameter_not_found": Remedy("No parameter has this name.", "Use a name from the list of GET /v1/parameters."),
    # money
    "refused": Remedy("A rule of the product does not allow the request.", "Read `detail`: it names the rule."),
    "amount_exceeds_refundable": Remedy(
        "The requested amount is larger than the payment's refundable amount.",
        "Read `refundable_amount` of the payment, and request at most that amount.",
    ),
    "amount_not_positive": Remedy("The requested amount is zero or less.", "Request at least 1 minor unit."),
    "currency_mismatch": Remedy(
        "The request names another currency than the payment has.",
        "Send the currency of the payment, or leave the currency out.",
    ),
    "too_many_refunds": Remedy(
        "The payment has reached its maximum number of refunds.",
        "Cancel another refund of the payment, or ask a platform administrator to raise the limit.",
    ),
    "payment_full": Remedy(
        "The payment and its refunds are stored as one document, which has no room for another refund.",
        "Send shorter texts and less metadata.",
    ),
    "line_items_do_not_sum": Remedy(
        "The line items do not sum to the amount.", "Correct the line items or the amount."
    ),
    "line_item_exceeds_payment": Remedy(
        "The refund requests more of a line item than is left to refund.",
        "Request at most what is left of the line item.",
    ),
    "line_items_exceed_captured": Remedy(
        "The line items of the payment sum to more than the captured amount.",
        "Correct the line items or the captured amount.",
    ),
    # rules and people
    "requester_may_not_approve": Remedy(
        "You requested the refund yourself.", "Ask another administrator to approve or reject the refund."
    ),
    "approval_counted_twice": Remedy(
        "You have already approved the refund.", "Ask another administrator to approve the refund."
    ),
    "held_by_rule": Remedy(
        "A rule in force blocks the refund.",
        "Read `detail`. GET /v1/refunds/{refund_id}/why explains the rule.",
    ),
    "payment_held": Remedy("The payment has an open dispute.", "Wait until the dispute has ended."),
    "refund_amount_above_maximum": Remedy(
        "The amount is larger than the parameter refund_amount_max allows.",
        "Request a smaller amount, or ask an administrator to raise the parameter.",
    ),
    "period_limit_exceeded": Remedy(
        "The refund exceeds the daily or weekly limit of the payment.",
        "Request the refund later, or ask an administrator to raise the limit.",
    ),
    "partial_refund_not_supported": Remedy(
        "With this payment method, a payment can be refunded only in full.", "Request the whole captured amount."
    ),
    "refund_method_not_allowed": Remedy("The tenant does not allow this refund method.", "Leave `method` out."),
    "refund_method_not_connected": Remedy("The service cannot pay out by this method yet.", "Leave `method` out."),
    # parameters
    "value_out_of_range": Remedy(
        "The value breaks a limit in the definition of the parameter.",
        "Read the definition: GET /v1/parameters/{name}.",
    ),
    "not_overridable": Remedy(
        "This parameter can be set only for the whole platform.", "Ask a platform administrator to set it."
    ),
    # states
    "conflict": Remedy("The present state of the object does not allow the request.", _READ_AGAIN),
    "transition_not_allowed": Remedy("The status of the refund does not allow the request.", _READ_AGAIN),
    "refund_not_in_doubt": Remedy(
        "The outcome of the refund is certain, so the refund needs no reconciliation.", "Nothing needs to be done."
    ),
    "refund_not_cancelable": Remedy(
        "The refund is already being processed, or it has ended.", "Read the refund to see its status."
    ),
    "already_exists": Remedy(
        "An object with this id, or a payment with this gateway_payment_id, is already recorded.",
        "Read the object that is recorded.",
    ),
    "version_mismatch": Remedy(
        "The payment has changed since you read it.", "Read the payment again, and send its new ETag in If-Match."
    ),
    "approvals_missing": Remedy(
        "The refund has fewer approvals than it needs.", "Ask the operators to run `refunds verify`."
    ),
    "refund_on_its_way": Remedy(
        "The webhook may be about a refund that this service submitted and that has not ended yet.",
        "Deliver the webhook again later.",
    ),
    "idempotency_key_reused": Remedy(
        "The Idempotency-Key was already used for another request.",
        "To repeat a request, send the same body. For a new request, use a new key.",
    ),
    # webhooks of gateways
    "notice_refused": Remedy(
        "The signature of the webhook is invalid, or its content does not have the documented form.",
        "Correct the webhook, sign it, and deliver it again.",
    ),
    "notice_of_nothing_known": Remedy(
        "The webhook names an object that is not recorded in this service.", "Deliver the webhook again later."
    ),
    # ours
    "unavailable": Remedy("The request needs a part of the service that does not answer.", _REPEAT),
    "store_unavailable": Remedy("The database does not answer.", _REPEAT),
    "outcome_unknown": Remedy(
        "The database did not confirm the write, so the request may or may not have been carried out.", _REPEAT
    ),
    "payment_unreadable": Remedy("The service cannot read the stored payment.", _REPORT),
    "settings_unreadable": Remedy("The service cannot read a stored tenant or parameter value.", _REPORT),
}
