"""Adds the first objects to an instance for `refunds up --sample`.

The objects are one merchant, the tenants above it, and three payments. Existing objects stay unchanged. `first_steps`
also returns text that suggests what to try. It is called when the services answer, before the instance is reported as
ready.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from refunds.adapters.local.clock import SystemClock
from refunds.adapters.local.ids import SystemIds
from refunds.cli.client.client import Call, connected
from refunds.cli.client.dev_tokens import Signer
from refunds.cli.client.problems import line_of
from refunds.cli.client.ready_file import Ready
from refunds.cli.client.request_models import PaymentBody, PaymentMethodBody
from refunds.cli.client.response_models import money
from refunds.cli.errors import CommandFailed
from refunds.domain.payment.payment import MethodType
from refunds_embedded.demo.api import DemoApi
from refunds_embedded.demo.callers import Callers
from refunds_embedded.demo.measures import Stopwatch
from refunds_embedded.demo.seeding import add_tenants
from refunds_embedded.sample.payments import GATEWAY
from refunds_embedded.sample.tenants import SampleTenant, branch_of, merchants

CAPTURED_BEFORE = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPayment:
    """A payment with an id that is easy to type. `note` describes what is special about its refunds."""

    id: str
    captured_amount: int
    behavior: str
    note: str


PAYMENTS = (
    FirstPayment(id="pay_sample01", captured_amount=12_000, behavior="tok_ok", note="refunds complete within a second"),
    FirstPayment(id="pay_sample02", captured_amount=8_000, behavior="tok_pending", note="its gateway answers later"),
    FirstPayment(
        id="pay_sample03", captured_amount=500_000, behavior="tok_ok", note="a refund of all of it needs approval"
    ),
)

TRY = """Try, in this folder:
  refunds refund create --payment-id {payment} --amount 5.00
  refunds refund list
  curl {url}/v1/refunds -H "Authorization: Bearer $(refunds token --role platform_admin --scope platform)" \\
    -H "Idempotency-Key: $(date +%s)" -H "Content-Type: application/json" \\
    -d '{{"payment_id": "{payment}", "amount": 500, "reason": {{"code": "requested_by_customer"}}}}'"""


async def first_steps(ready: Ready) -> str:
    """Adds the objects that the instance lacks and returns the lines to print.

    Raises CommandFailed or errors of aiohttp.
    """
    merchant = merchants()[0]
    clock, ids = SystemClock(), SystemIds()
    callers = Callers(signer=Signer.from_file(ready.issuer_key_file), clock=clock, ids=ids)
    async with connected(ready.url) as client:
        api = DemoApi(client=client, callers=callers, stopwatch=Stopwatch(), batch="first")
        branch = branch_of(merchant)
        await add_tenants(api, branch)
        for payment in PAYMENTS:
            await _record(api, payment, merchant.id, merchant.currency, clock.now())
    return "\n".join((*_lines(branch, merchant.currency), TRY.format(payment=PAYMENTS[0].id, url=ready.url)))


async def _record(api: DemoApi, payment: FirstPayment, merchant_id: str, currency: str, now: datetime) -> None:
    """Records the payment if no earlier start has recorded it."""
    there = Call(method="GET", path="/v1/payments/{}", ids=(payment.id,))
    if (await api.client.send(there, api.callers.reader())).is_success:
        return
    body = PaymentBody(
        id=payment.id,
        merchant_id=merchant_id,
        captured_amount=payment.captured_amount,
        currency=currency,
        payment_method=PaymentMethodBody(type=MethodType.CREDIT_CARD.value, token=payment.behavior),
        gateway=GATEWAY,
        gateway_payment_id=f"gp_{payment.id}",
        captured_at=now - CAPTURED_BEFORE,
        customer_id="cus_sample01",
    )
    call = Call(method="POST", path="/v1/payments", body=body, key=f"first:{payment.id}:{now.timestamp()}")
    answer = await api.client.send(call, api.callers.recorder())
    if not answer.is_success:
        raise CommandFailed(line_of(answer.status, answer.body), answer.body)


def _lines(branch: tuple[SampleTenant, ...], currency: str) -> tuple[str, ...]:
    tree = " > ".join(f"{tenant.id} ({tenant.name})" for tenant in branch)
    payments = (f"  {one.id}  {money(one.captured_amount, currency)}, {one.note}" for one in PAYMENTS)
    return (f"Sample: {tree}, with the payments", *payments)
