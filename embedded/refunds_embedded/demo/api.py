"""Contains the calls that the demonstration makes to the API. Each kind of call has one method.

The duration of most calls is measured. Calls for tenants and parameters are not measured.
"""

from dataclasses import dataclass
from datetime import datetime

from msgspec import UNSET

from refunds.cli.client.client import Answer, Call, Client
from refunds.cli.client.request_models import (
    ApprovalBody,
    LineItemBody,
    ParameterValueBody,
    PaymentBody,
    PaymentMethodBody,
    ReasonBody,
    RefundBody,
    TenantBody,
)
from refunds.cli.client.response_models import ResolvedOut
from refunds_embedded.demo.callers import Callers
from refunds_embedded.demo.measures import Stopwatch
from refunds_embedded.sample.kinds import KINDS
from refunds_embedded.sample.payments import GATEWAY, SamplePayment
from refunds_embedded.sample.requests import SampleRequest
from refunds_embedded.sample.tenants import SampleParameter, SampleTenant

RECORD, CREATE, DECIDE = "record payment", "request refund", "decide approval"
SUBMIT, CANCEL, READ = "submit draft", "cancel refund", "read refund"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoApi:
    """Calls the API of one instance.

    Each demonstration has its own `batch`, so its idempotency keys differ from the keys of earlier demonstrations.
    """

    client: Client
    callers: Callers
    stopwatch: Stopwatch
    batch: str

    async def add_tenant(self, tenant: SampleTenant) -> Answer:
        """Adds a tenant. The answer has the status 409 if the tenant already exists."""
        body = TenantBody(id=tenant.id, kind=tenant.kind.value, parent_id=tenant.parent_id, name=tenant.name)
        call = Call(method="POST", path="/v1/tenants", body=body, key=f"demo:{tenant.id}")
        return await self.client.send(call, self.callers.administrator())

    async def resolve(self, name: str, tenant_id: str) -> ResolvedOut:
        """Reads the value that is in force for a tenant."""
        query = {"name": name, "tenant_id": tenant_id}
        call = Call(method="GET", path="/v1/parameters/resolve", query=query)
        return (await self.client.send(call, self.callers.administrator())).read(ResolvedOut)

    async def set_parameter(self, parameter: SampleParameter) -> Answer:
        """Sets a parameter of a tenant. The value is in force at once."""
        body = ParameterValueBody(tenant_id=parameter.tenant_id, value=parameter.value)
        key = f"{self.batch}:{parameter.name}:{parameter.tenant_id}"
        call = Call(method="POST", path="/v1/parameters/{}/values", ids=(parameter.name,), body=body, key=key)
        return await self.client.send(call, self.callers.administrator())

    async def record_payment(self, payment: SamplePayment, now: datetime) -> Answer:
        """Records a captured payment, as the payment platform does."""
        body = PaymentBody(
            merchant_id=payment.merchant.id,
            captured_amount=payment.captured_amount,
            currency=payment.currency,
            payment_method=PaymentMethodBody(type=payment.method.value, token=payment.token),
            gateway=GATEWAY,
            gateway_payment_id=f"gp_{self.batch}_{payment.number}",
            captured_at=payment.captured_at(now),
            customer_id=payment.customer_id,
            line_items=tuple(LineItemBody(id=i.id, amount=i.amount) for i in payment.line_items),
        )
        key = f"{self.batch}:payment:{payment.number}"
        call = Call(method="POST", path="/v1/payments", body=body, key=key)
        return await self._measured(RECORD, call, self.callers.recorder())

    async def request_refund(self, request: SampleRequest, payment_id: str, bearer: str, note: str = "") -> Answer:
        """Requests a refund with the token `bearer`. A different `note` makes a different request body."""
        body = RefundBody(
            payment_id=payment_id,
            amount=UNSET if request.amount is None else request.amount,
            currency=request.currency or UNSET,
            reason=ReasonBody(code=request.reason, text=note or UNSET),
            metadata={"sandbox": request.behaviour, "kind": request.kind.value},
            submit=not KINDS[request.kind].is_draft,
        )
        key = f"{self.batch}:refund:{request.number}"
        call = Call(method="POST", path="/v1/refunds", body=body, key=key)
        return await self._measured(CREATE, call, bearer)

    async def decide(self, refund_id: str, decision: str, bearer: str) -> Answer:
        """Approves or rejects a refund."""
        body = ApprovalBody(decision=decision, text=f"{decision} in the demonstration")
        key = f"{self.batch}:{decision}:{refund_id}"
        call = Call(method="POST", path="/v1/refunds/{}/approvals", ids=(refund_id,), body=body, key=key)
        return await self._measured(DECIDE, call, bearer)

    async def cancel(self, refund_id: str, bearer: str) -> Answer:
        """Cancels a refund that was not sent to its gateway."""
        call = Call(method="POST", path="/v1/refunds/{}/cancel", ids=(refund_id,))
        return await self._measured(CANCEL, call, bearer)

    async def submit(self, refund_id: str, bearer: str) -> Answer:
        """Submits a draft."""
        call = Call(method="POST", path="/v1/refunds/{}/submit", ids=(refund_id,))
        return await self._measured(SUBMIT, call, bearer)

    async def read_refund(self, refund_id: str) -> Answer:
        """Reads a refund."""
        call = Call(method="GET", path="/v1/refunds/{}", ids=(refund_id,))
        return await self._measured(READ, call, self.callers.reader())

    async def _measured(self, operation: str, call: Call, bearer: str) -> Answer:
        answer = await self.client.send(call, bearer)
        self.stopwatch.record(operation, answer.elapsed_s, answer.tries)
        return answer
