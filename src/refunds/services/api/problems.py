"""Maps each error of the domain to a problem. A test compares it with the tree of errors."""

from refunds.domain import errors
from refunds.runtime.http.problems import ProblemKind, ProblemTable


def _kind(status: int, code: str, title: str) -> ProblemKind:
    return ProblemKind(status=status, code=code, title=title)


PROBLEMS: ProblemTable = {
    errors.NotFound: _kind(404, "not_found", "No such thing in your scope"),
    errors.PaymentNotFound: _kind(404, "payment_not_found", "No such payment in your scope"),
    errors.RefundNotFound: _kind(404, "refund_not_found", "No such refund in your scope"),
    errors.TenantNotFound: _kind(404, "tenant_not_found", "No such tenant in your scope"),
    errors.ParameterNotFound: _kind(404, "parameter_not_found", "No such parameter"),
    errors.Refused: _kind(422, "refused", "This may not be done as asked"),
    errors.AmountExceedsRefundable: _kind(422, "amount_exceeds_refundable", "More than is left to refund"),
    errors.AmountNotPositive: _kind(422, "amount_not_positive", "A refund is at least one minor unit"),
    errors.CurrencyMismatch: _kind(422, "currency_mismatch", "Not the currency of the payment"),
    errors.TooManyRefunds: _kind(422, "too_many_refunds", "The payment has as many refunds as it may"),
    errors.PaymentFull: _kind(422, "payment_full", "The refunds of the payment take all the room there is"),
    errors.LineItemsDoNotSum: _kind(422, "line_items_do_not_sum", "The line items do not sum to the amount"),
    errors.LineItemExceedsPayment: _kind(422, "line_item_exceeds_payment", "More of a line than is left to refund"),
    errors.LineItemsExceedCaptured: _kind(422, "line_items_exceed_captured", "More in lines than was captured"),
    errors.RequesterMayNotApprove: _kind(403, "requester_may_not_approve", "Nobody decides on their own refund"),
    errors.ApprovalCountedTwice: _kind(409, "approval_counted_twice", "One person counts once"),
    errors.BlockedByRule: _kind(422, "held_by_rule", "A rule stands against paying out"),
    errors.RefundBlockedByDispute: _kind(422, "payment_held", "A dispute stands against paying out"),
    errors.RefundAmountAboveMaximum: _kind(422, "refund_amount_above_maximum", "More than a refund may be"),
    errors.VelocityLimitExceeded: _kind(422, "period_limit_exceeded", "More than may be refunded in a day or a week"),
    errors.PartialRefundNotSupported: _kind(422, "partial_refund_not_supported", "Refunded in full only"),
    errors.RefundMethodNotAllowed: _kind(422, "refund_method_not_allowed", "Refunds may not go there"),
    errors.RefundMethodNotConnected: _kind(422, "refund_method_not_connected", "Nothing pays out there yet"),
    errors.InvalidInput: _kind(422, "validation_failed", "The request breaks a rule of its fields"),
    errors.ContentUnreadable: _kind(422, "validation_failed", "The request breaks a rule of its fields"),
    errors.ValueOutOfRange: _kind(422, "value_out_of_range", "Not a value that the parameter may have"),
    errors.NotOverridable: _kind(422, "not_overridable", "The parameter is set at the platform only"),
    errors.Conflict: _kind(409, "conflict", "Not in the state that this needs"),
    errors.TransitionNotAllowed: _kind(409, "transition_not_allowed", "The refund's status does not allow this"),
    errors.RefundNotInDoubt: _kind(409, "refund_not_in_doubt", "The gateway leaves nothing about the refund open"),
    errors.RefundNotCancelable: _kind(409, "refund_not_cancelable", "The refund can no longer be canceled"),
    errors.AlreadyExists: _kind(409, "already_exists", "Already recorded"),
    errors.VersionMismatch: _kind(412, "version_mismatch", "Changed since it was read"),
    errors.ApprovalsMissing: _kind(409, "approvals_missing", "The refund lacks approvals that it needs"),
    errors.RefundStillOpen: _kind(409, "refund_on_its_way", "May be a refund that is on its way"),
    errors.KeyReused: _kind(422, "idempotency_key_reused", "The Idempotency-Key belongs to another request"),
    errors.Unavailable: _kind(503, "unavailable", "Try again shortly"),
    errors.StoreUnavailable: _kind(503, "store_unavailable", "The store cannot be reached"),
    errors.OutcomeUnknown: _kind(503, "outcome_unknown", "Not known whether it was stored"),
    errors.PaymentUnreadable: _kind(503, "payment_unreadable", "The payment cannot be read just now"),
    errors.Overloaded: _kind(429, "overloaded", "Too many requests are waiting"),
}
