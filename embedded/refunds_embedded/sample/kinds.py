"""The kinds of refund requests in the sample, each with its expected response.

`requests.py` makes requests from this table. The demonstration compares the responses with the table.
"""

from dataclasses import dataclass
from enum import StrEnum

from refunds.domain.eligibility.eligibility import FULL_ONLY
from refunds.domain.payment.payment import MethodType
from refunds.domain.payment.states import Status
from refunds_embedded.sample.payments import PaymentWish


class Kind(StrEnum):
    """The kinds of refund requests in the sample. Each name states what is special about the kind."""

    FULL = "full"
    PARTIAL = "partial"
    SEVERAL = "several"
    RACE = "race"
    OVER_LIMIT = "over_limit"
    TOO_OLD = "too_old"
    PARTIAL_NOT_SUPPORTED = "partial_not_supported"
    APPROVED = "approved"
    REJECTED = "rejected"
    WAITING = "waiting"
    SELF_APPROVED = "self_approved"
    CANCELED_WAITING = "canceled_waiting"
    DRAFT_SUBMITTED = "draft_submitted"
    DRAFT_CANCELED = "draft_canceled"
    SAME_KEY = "same_key"
    SAME_KEY_OTHER_BODY = "same_key_other_body"
    WRONG_CURRENCY = "wrong_currency"
    FOREIGN_PAYMENT = "foreign_payment"
    NOT_POSITIVE = "not_positive"


class FollowUp(StrEnum):
    """What the demonstration does after a refund was created."""

    NOTHING = "nothing"
    APPROVE = "approve"
    REJECT = "reject"
    APPROVE_OWN = "approve_own"
    CANCEL = "cancel"
    SUBMIT = "submit"
    REPEAT = "repeat"
    REPEAT_OTHERWISE = "repeat_otherwise"


_ANY = PaymentWish()
_LARGE, _OLD = PaymentWish(is_large=True), PaymentWish(is_old=True)
_DIVISIBLE = PaymentWish(methods=frozenset(MethodType) - FULL_ONLY)
_WHOLE_ONLY = PaymentWish(methods=FULL_ONLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """The rule for one kind of request.

    `weight` is the kind's share of all requests, in thousandths. The expected response has the status `http_status`. A
    response that refuses the request also has the problem code `refusal`. `ends` is the final status of the refund. If
    `ends` is None, the gateway's behavior decides the final status.
    """

    weight: int
    title: str
    http_status: int = 201
    refusal: str = ""
    ends: Status | None = None
    follow_up: FollowUp = FollowUp.NOTHING
    wish: PaymentWish = _ANY
    is_draft: bool = False

    @property
    def reaches_gateway(self) -> bool:
        """Returns True if a refund of this kind is submitted to the gateway."""
        return self.http_status == 201 and self.ends is None


KINDS: dict[Kind, KindRule] = {
    Kind.FULL: KindRule(weight=280, title="the whole payment"),
    Kind.PARTIAL: KindRule(weight=200, title="a part of it", wish=_DIVISIBLE),
    Kind.SEVERAL: KindRule(weight=150, title="three on one payment", wish=_DIVISIBLE),
    Kind.RACE: KindRule(weight=30, title="two at once, room for one", wish=_DIVISIBLE),
    Kind.OVER_LIMIT: KindRule(
        weight=60,
        title="more than was captured",
        http_status=422,
        refusal="amount_exceeds_refundable",
    ),
    Kind.TOO_OLD: KindRule(weight=30, title="after the refund window", ends=Status.VALIDATION_FAILED, wish=_OLD),
    Kind.PARTIAL_NOT_SUPPORTED: KindRule(
        weight=20,
        title="a part of an ACH or crypto payment",
        ends=Status.VALIDATION_FAILED,
        wish=_WHOLE_ONLY,
    ),
    Kind.APPROVED: KindRule(weight=50, title="approved by another person", follow_up=FollowUp.APPROVE, wish=_LARGE),
    Kind.REJECTED: KindRule(
        weight=25,
        title="rejected by another person",
        follow_up=FollowUp.REJECT,
        ends=Status.REJECTED,
        wish=_LARGE,
    ),
    Kind.WAITING: KindRule(weight=20, title="left waiting for approval", ends=Status.PENDING_APPROVAL, wish=_LARGE),
    Kind.SELF_APPROVED: KindRule(
        weight=10,
        title="approved by its requester",
        follow_up=FollowUp.APPROVE_OWN,
        ends=Status.PENDING_APPROVAL,
        wish=_LARGE,
    ),
    Kind.CANCELED_WAITING: KindRule(
        weight=10,
        title="canceled while waiting",
        follow_up=FollowUp.CANCEL,
        ends=Status.CANCELED,
        wish=_LARGE,
    ),
    Kind.DRAFT_SUBMITTED: KindRule(weight=25, title="a draft, submitted", follow_up=FollowUp.SUBMIT, is_draft=True),
    Kind.DRAFT_CANCELED: KindRule(
        weight=15,
        title="a draft, canceled",
        follow_up=FollowUp.CANCEL,
        ends=Status.CANCELED,
        is_draft=True,
    ),
    Kind.SAME_KEY: KindRule(weight=30, title="sent twice", follow_up=FollowUp.REPEAT),
    Kind.SAME_KEY_OTHER_BODY: KindRule(
        weight=15,
        title="key used again for another body",
        follow_up=FollowUp.REPEAT_OTHERWISE,
        wish=_DIVISIBLE,
    ),
    Kind.WRONG_CURRENCY: KindRule(weight=10, title="in another currency", http_status=422, refusal="currency_mismatch"),
    Kind.FOREIGN_PAYMENT: KindRule(
        weight=10,
        title="of another merchant's payment",
        http_status=404,
        refusal="payment_not_found",
    ),
    Kind.NOT_POSITIVE: KindRule(weight=10, title="an amount of zero", http_status=422, refusal="validation_failed"),
}
