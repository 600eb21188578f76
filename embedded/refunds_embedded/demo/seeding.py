"""Adds the sample's tenants, parameters and payments. Existing tenants and parameters stay unchanged."""

import time
from collections.abc import Iterable
from datetime import datetime

import msgspec

from refunds.cli.client.client import Answer
from refunds.cli.client.problems import line_of, problem_in
from refunds.cli.client.response_models import PaymentOut
from refunds.cli.errors import CommandFailed
from refunds.cli.views.progress import Stage, Stages
from refunds_embedded.demo.api import RECORD, DemoApi
from refunds_embedded.demo.concurrency import for_all
from refunds_embedded.sample.payments import SamplePayment
from refunds_embedded.sample.tenants import SampleParameter, SampleTenant, parameters, tenants

ALREADY_THERE = "already_exists"


async def seed(
    api: DemoApi,
    payments: tuple[SamplePayment, ...],
    now: datetime,
    at_once: int,
    stages: Stages,
) -> list[str]:
    """Adds the sample. Returns the ids of the recorded payments in the order of `payments`."""
    await _add_tenants(api, stages)
    await _set_parameters(api, stages)
    with stages.stage("captured payments", len(payments)) as stage:
        began_s = time.perf_counter()

        async def record(payment: SamplePayment) -> str:
            answer = await api.record_payment(payment, now)
            stage.advance()
            return answer.read(PaymentOut).id

        ids = await for_all(payments, record, at_once)
        api.stopwatch.spent(RECORD, time.perf_counter() - began_s)
        return ids


async def add_tenants(api: DemoApi, nodes: Iterable[SampleTenant]) -> None:
    """Adds the tenants in order, and keeps existing ones unchanged. Raises CommandFailed if one is refused."""
    for node in nodes:
        _check(await api.add_tenant(node))


async def _add_tenants(api: DemoApi, stages: Stages) -> None:
    nodes = tuple(tenants())
    with stages.stage("tenants", len(nodes)) as stage:
        for node in nodes:
            await add_tenants(api, (node,))
            stage.advance()


async def _set_parameters(api: DemoApi, stages: Stages) -> None:
    wanted = parameters()
    with stages.stage("parameters", len(wanted)) as stage:
        for parameter in wanted:
            await _set_parameter(api, parameter, stage)


async def _set_parameter(api: DemoApi, parameter: SampleParameter, stage: Stage) -> None:
    resolved = await api.resolve(parameter.name, parameter.tenant_id)
    wanted = msgspec.json.encode(parameter.value)
    if msgspec.json.decode(resolved.value) != msgspec.json.decode(wanted):
        _check(await api.set_parameter(parameter))
    stage.advance()


def _check(answer: Answer) -> None:
    is_there = answer.status == 409 and problem_in(answer.body).code == ALREADY_THERE
    if not answer.is_success and not is_there:
        raise CommandFailed(line_of(answer.status, answer.body))
