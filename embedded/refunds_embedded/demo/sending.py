"""Sends the sample's refund requests and compares each response with the expected one.

Several groups of requests are sent at the same time. An unexpected response is recorded as a line and does not end the
demonstration.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from refunds.cli.client.client import Answer
from refunds.cli.client.problems import line_of, problem_in
from refunds.cli.client.response_models import RefundOut
from refunds.domain.payment.states import Status
from refunds_embedded.demo.api import DemoApi
from refunds_embedded.sample.kinds import KINDS, FollowUp, Kind
from refunds_embedded.sample.payments import SamplePayment
from refunds_embedded.sample.requests import SampleGroup, SampleRequest
from refunds_embedded.sample.tenants import merchants

EXCEEDS = "amount_exceeds_refundable"
KEY_REUSED = "idempotency_key_reused"
OWN_REFUND = "requester_may_not_approve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The immediate result of one request.

    `surprise` describes how the response differs from the expected one. `surprise` is empty if nothing differs.
    """

    payment: SamplePayment
    request: SampleRequest
    refund_id: str = ""
    ends: Status | None = None
    surprise: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Sends the groups of requests of one demonstration."""

    api: DemoApi

    async def send(self, group: SampleGroup, payment_id: str) -> Sequence[Sent]:
        """Sends every request of the group. After each created refund, sends its follow-up, e.g. an approval.

        The two requests of a race are sent at the same time and have no follow-up.
        """
        if group.is_race:
            return await self._race(group, payment_id)
        return [await self._single(group, request, payment_id) for request in group.requests]

    async def _race(self, group: SampleGroup, payment_id: str) -> Sequence[Sent]:
        bearer = self.api.callers.requester(group.payment.merchant.id)
        answers = await asyncio.gather(
            *(self.api.request_refund(request, payment_id, bearer) for request in group.requests)
        )
        taken = sum(answer.status == 201 for answer in answers)
        return [
            _raced(group.payment, request, answer, taken)
            for request, answer in zip(group.requests, answers, strict=True)
        ]

    async def _single(self, group: SampleGroup, request: SampleRequest, payment_id: str) -> Sent:
        rule = KINDS[request.kind]
        bearer = self.api.callers.requester(_asking(group, request))
        answer = await self.api.request_refund(request, payment_id, bearer)
        surprise = _unlike(answer, rule.http_status, rule.refusal)
        if surprise or answer.status != 201:
            return Sent(payment=group.payment, request=request, surprise=surprise)
        created = answer.read(RefundOut)
        return Sent(
            payment=group.payment,
            request=request,
            refund_id=created.id,
            ends=request.ends,
            surprise=await self._follow(rule.follow_up, group, request, created),
        )

    async def _follow(self, follow_up: FollowUp, group: SampleGroup, request: SampleRequest, created: RefundOut) -> str:
        """Sends the follow-up of a created refund, e.g. an approval.

        Returns how the response differs from the expected one, or an empty text if it does not differ.
        """
        api, merchant = self.api, group.payment.merchant
        requester = api.callers.requester(merchant.id)
        unlike = ""
        match follow_up:
            case FollowUp.APPROVE | FollowUp.REJECT:
                approver = api.callers.approver(merchant.organization_id)
                unlike = _unlike(await api.decide(created.id, follow_up.value, approver), 200, "")
            case FollowUp.APPROVE_OWN:
                answer = await api.decide(created.id, FollowUp.APPROVE.value, requester)
                unlike = _unlike(answer, 403, OWN_REFUND)
            case FollowUp.CANCEL:
                unlike = _unlike(await api.cancel(created.id, requester), 200, "")
            case FollowUp.SUBMIT:
                unlike = _unlike(await api.submit(created.id, requester), 200, "")
            case FollowUp.REPEAT:
                again = await api.request_refund(request, created.payment_id, requester)
                unlike = _unlike_replay(again, created.id)
            case FollowUp.REPEAT_OTHERWISE:
                again = await api.request_refund(request, created.payment_id, requester, "another")
                unlike = _unlike(again, 422, KEY_REUSED)
        return unlike


def _asking(group: SampleGroup, request: SampleRequest) -> str:
    """Returns the id of the merchant that sends the request.

    If the kind is FOREIGN_PAYMENT, a merchant that does not own the payment sends the request. The service must then
    answer that the payment is not found.
    """
    owner = group.payment.merchant.id
    if request.kind is not Kind.FOREIGN_PAYMENT:
        return owner
    return next(merchant.id for merchant in merchants() if merchant.id != owner)


def _raced(payment: SamplePayment, request: SampleRequest, answer: Answer, taken: int) -> Sent:
    surprise = "" if taken == 1 else f"{taken} of two requests for 60 % were taken"
    if answer.status != 201:
        surprise = surprise or _unlike(answer, 422, EXCEEDS)
        return Sent(payment=payment, request=request, surprise=surprise)
    refund_id = answer.read(RefundOut).id
    return Sent(payment=payment, request=request, refund_id=refund_id, ends=request.ends, surprise=surprise)


def _unlike(answer: Answer, status: int, code: str) -> str:
    """Returns how a response differs from this status and problem code, or an empty text."""
    if answer.status == status and (not code or problem_in(answer.body).code == code):
        return ""
    got = str(answer.status) if answer.is_success else line_of(answer.status, answer.body)
    return f"expected {status} {code}".rstrip() + f", got {got}"


def _unlike_replay(answer: Answer, refund_id: str) -> str:
    unlike = _unlike(answer, 201, "")
    if unlike or (answer.is_replay and answer.read(RefundOut).id == refund_id):
        return unlike
    return "the second request of one key was not answered as the first"
