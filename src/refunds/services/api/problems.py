"""Maps each error class of the domain to a problem. A test compares this table with the tree of error classes."""

from refunds.domain import errors
from refunds.domain.eligibility import broken_rules
from refunds.runtime.http.problems import ProblemKind, ProblemTable


def _kind(status: int, code: str) -> ProblemKind:
    return ProblemKind(status=status, code=code)


PROBLEMS: ProblemTable = {
    errors.NotFound: _kind(404, "not_found"),
    errors.PaymentNotFound: _kind(404, "payment_not_found"),
    errors.RefundNotFound: _kind(404, "refund_not_found"),
    errors.TenantNotFound: _kind(404, "tenant_not_found"),
    errors.ParameterNotFound: _kind(404, "parameter_not_found"),
    errors.Refused: _kind(422, "refused"),
    errors.AmountExceedsRefundable: _kind(422, "amount_exceeds_refundable"),
    errors.NothingLeftToRefund: _kind(422, "amount_exceeds_refundable"),
    errors.AmountNotPositive: _kind(422, "amount_not_positive"),
    errors.CurrencyMismatch: _kind(422, "currency_mismatch"),
    errors.TooManyRefunds: _kind(422, "too_many_refunds"),
    errors.TooManyEndedRefunds: _kind(422, "too_many_refunds"),
    errors.TooManyExternalRefunds: _kind(422, "too_many_refunds"),
    errors.PaymentFull: _kind(422, "payment_full"),
    errors.LineItemsDoNotSum: _kind(422, "line_items_do_not_sum"),
    errors.LineItemExceedsPayment: _kind(422, "line_item_exceeds_payment"),
    errors.LineItemsExceedCaptured: _kind(422, "line_items_exceed_captured"),
    errors.RequesterMayNotApprove: _kind(403, "requester_may_not_approve"),
    errors.ApprovalCountedTwice: _kind(409, "approval_counted_twice"),
    errors.BlockedByRule: _kind(422, "held_by_rule"),  # public codes, which keep an earlier word: held is blocked
    broken_rules.RefundBlockedByDispute: _kind(422, "payment_held"),
    broken_rules.RefundAmountAboveMaximum: _kind(422, "refund_amount_above_maximum"),
    broken_rules.VelocityLimitExceeded: _kind(422, "period_limit_exceeded"),
    broken_rules.PartialRefundNotSupported: _kind(422, "partial_refund_not_supported"),
    broken_rules.RefundMethodNotAllowed: _kind(422, "refund_method_not_allowed"),
    broken_rules.RefundMethodNotConnected: _kind(422, "refund_method_not_connected"),
    errors.InvalidInput: _kind(422, "validation_failed"),
    errors.ContentUnreadable: _kind(422, "validation_failed"),
    errors.ValueOutOfRange: _kind(422, "value_out_of_range"),
    errors.NotOverridable: _kind(422, "not_overridable"),
    errors.Conflict: _kind(409, "conflict"),
    errors.TransitionNotAllowed: _kind(409, "transition_not_allowed"),
    errors.RefundNotInDoubt: _kind(409, "refund_not_in_doubt"),
    errors.RefundNotCancelable: _kind(409, "refund_not_cancelable"),
    errors.AlreadyExists: _kind(409, "already_exists"),
    errors.VersionMismatch: _kind(412, "version_mismatch"),
    errors.ApprovalsMissing: _kind(409, "approvals_missing"),
    errors.RefundStillOpen: _kind(409, "refund_on_its_way"),
    errors.KeyReused: _kind(422, "idempotency_key_reused"),
    errors.Unavailable: _kind(503, "unavailable"),
    errors.StoreUnavailable: _kind(503, "store_unavailable"),
    errors.OutcomeUnknown: _kind(503, "outcome_unknown"),
    errors.PaymentUnreadable: _kind(503, "payment_unreadable"),
    errors.SettingsUnreadable: _kind(503, "settings_unreadable"),
    errors.Overloaded: _kind(429, "overloaded"),
}
