"""The demonstration's parts: every answer and end is held against what it must be, and told truly."""

from collections.abc import Callable
from io import StringIO

import pytest
from rich.console import Console
from tests.support.http.fake_api import Asked, FakeAnswer, FakeApi, fake_api, problem
from tests.unit.cli.demo_sample import NOW, REFUND, SAMPLE

from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.memory.ids import SeededIds
from refunds.cli.client.client import connected
from refunds.cli.client.dev_tokens import Signer
from refunds.cli.client.response_models import AttemptOut, RefundOut
from refunds.cli.errors import CommandFailed
from refunds.cli.views.progress import Stages
from refunds.cli.views.verification_views import verification_lines
from refunds.domain.payment.states import Status
from refunds.domain.verification.payment_findings import RouteDiffers
from refunds.ports.audit.verification_reads import LedgerSum
from refunds.runtime.auth.tokens import IssuerKey
from refunds.usecases.verification.verification_report import Check, Checked, Invariant, Report
from refunds_embedded.demo.api import DemoApi
from refunds_embedded.demo.callers import RENEW_S, Callers
from refunds_embedded.demo.measures import Stopwatch, percentile
from refunds_embedded.demo.run import surprises
from refunds_embedded.demo.seeding import seed
from refunds_embedded.demo.sending import Sent
from refunds_embedded.demo.summary import TallyRow, amounts_table, counts_table, tally
from refunds_embedded.demo.waiting import Ended, until_ended
from refunds_embedded.sample.kinds import Kind
from refunds_embedded.sample.requests import SampleGroup


def _group(kind: Kind) -> SampleGroup:
    return next(group for group in SAMPLE.groups if group.requests[0].kind is kind)


def _callers(clock: FixedClock) -> Callers:
    return Callers(signer=Signer(key=IssuerKey.create()), clock=clock, ids=SeededIds(clock))


def _quiet() -> tuple[Stages, StringIO]:
    out = StringIO()
    return Stages(Console(file=out, width=160)), out


async def test_tenants_and_parameters_that_are_there_already_are_left_alone() -> None:
    present = {"name": "n", "source": "platform"}
    values = {
        "gateway_status_ask_delay_s": 1,
        "gateway_pending_ask_delay_s": 2,
        "gateway_retry_delays_s": [1, 1, 2, 2, 3],
        "gateway_rate_limit_delay_s": 1,
        "gateway_lease_s": 15,
        "gateway_attempts_max": 3,
    }

    def answering(asked: Asked) -> FakeAnswer:
        if asked.path == "/v1/tenants":
            return problem(409, "already_exists")
        if asked.path == "/v1/parameters/resolve":
            default = {"USD": 100_000} | (
                {"JPY": 120_000} if asked.query["tenant_id"] == "prg_sample05" else {"KWD": 250_000}
            )
            return FakeAnswer(body={**present, "value": values.get(asked.query["name"], default)})
        return problem(500, "internal_error")

    fake = await _seeded(answering)

    assert {asked.path for asked in fake.asked} == {"/v1/tenants", "/v1/parameters/resolve"}


async def test_parameter_that_stands_otherwise_is_set() -> None:
    def answering(asked: Asked) -> FakeAnswer:
        if asked.path == "/v1/parameters/resolve":
            return FakeAnswer(body={"name": "n", "source": "default", "value": 30})
        return FakeAnswer(status=201, body={})

    fake = await _seeded(answering)

    assert sum(asked.path.endswith("/values") for asked in fake.asked) == 8


async def test_tenant_that_is_refused_ends_the_run() -> None:
    with pytest.raises(CommandFailed, match="403 forbidden"):
        await _seeded(lambda _: problem(403, "forbidden", "No."))


async def _seeded(answering: Callable[[Asked], FakeAnswer]) -> FakeApi:
    with fake_api(answering) as fake:
        async with connected(fake.url) as client:
            api = DemoApi(client=client, callers=_callers(FixedClock(NOW)), stopwatch=Stopwatch(), batch="b1")
            stages, _ = _quiet()
            assert await seed(api, (), NOW, 1, stages) == []
    return fake


def _ended(status: str, currency: str = "USD", amount: int = 100) -> Ended:
    group = _group(Kind.FULL)
    refund = RefundOut(
        id="ref_1",
        payment_id="pay_1",
        merchant_id="mer_1",
        status=status,
        amount=amount,
        currency=currency,
        method="original_payment",
        created_at=NOW,
        updated_at=NOW,
        attempts=(AttemptOut(id="att_1", gateway="sandbox"),) if status == "completed" else (),
    )
    sent = Sent(payment=group.payment, request=group.requests[0], refund_id="ref_1", ends=Status.COMPLETED)
    return Ended(sent=sent, refund=refund)


async def _waited(*statuses: str, wait_s: float = 60) -> tuple[list[Ended], int]:
    """What is seen of one refund that stands so in turn, and how many naps it took."""
    waiting, naps = list(statuses), []

    async def nap(wait_s: float) -> None:
        naps.append(wait_s)

    def answering(_: Asked) -> FakeAnswer:
        return FakeAnswer(body={**REFUND, "status": waiting.pop(0) if len(waiting) > 1 else waiting[0]})

    with fake_api(answering) as fake:
        async with connected(fake.url) as client:
            api = DemoApi(client=client, callers=_callers(FixedClock(NOW)), stopwatch=Stopwatch(), batch="b1")
            stages, _ = _quiet()
            ended = await until_ended(api, [_ended("draft").sent], wait_s, nap, stages)
    return ended, len(naps)


async def test_refunds_are_read_until_they_are_where_they_must_end() -> None:
    ended, naps = await _waited("processing", "unknown", "completed")

    assert [one.is_as_expected for one in ended] == [True]
    assert naps == 2


async def test_refund_that_does_not_get_there_in_time_is_a_surprise() -> None:
    ended, _ = await _waited("processing", wait_s=0)

    assert surprises([], ended) == [f"ref_1 (full, {ended[0].sent.request.behaviour}): processing, expected completed"]


def test_tally_counts_by_status_method_and_gateway_and_sums_by_currency() -> None:
    method = _group(Kind.FULL).payment.method.value

    rows = tally([_ended("completed"), _ended("completed", "JPY", 7), _ended("canceled"), _ended("completed")])

    assert rows == (
        TallyRow(status="completed", method=method, gateway="sandbox", refunds=3, amounts={"JPY": 7, "USD": 200}),
        TallyRow(status="canceled", method=method, gateway="none yet", refunds=1, amounts={"USD": 100}),
    )


def test_tables_show_amounts_as_decimals() -> None:
    rows = (TallyRow(status="completed", method="ach", gateway="sandbox", refunds=1, amounts={"KWD": 1_234_567}),)
    out = StringIO()
    console = Console(file=out, width=160)

    console.print(counts_table(rows))
    console.print(amounts_table(rows))

    assert "1,234.567" in out.getvalue()


@pytest.mark.parametrize(("percent", "expected"), [(50, 50), (95, 95), (99, 99), (100, 100)])
def test_percentiles_are_of_the_nearest_rank(percent: int, expected: int) -> None:
    assert percentile(range(1, 101), percent) == expected


def test_percentile_of_one_is_that_one_and_of_none_is_nothing() -> None:
    assert percentile([7.0], 99) == 7.0
    assert percentile([], 99) == 0.0


def test_stopwatch_counts_repeats_and_calls_a_second() -> None:
    stopwatch = Stopwatch()
    stopwatch.record("read", 0.010, tries=1)
    stopwatch.record("read", 0.020, tries=3)
    stopwatch.spent("read", 0.5)

    (measure,) = stopwatch.measures()

    assert (measure.calls, measure.repeated, measure.per_s) == (2, 2, 4.0)
    assert (measure.p50_ms, measure.max_ms) == (10.0, 20.0)


def test_token_of_a_caller_is_signed_once_and_renewed_before_it_grows_old() -> None:
    clock = FixedClock(NOW)
    callers = _callers(clock)

    first = callers.requester("mer_1")

    assert callers.requester("mer_1") == first
    assert callers.requester("mer_2") != first
    clock.advance(seconds=RENEW_S)
    assert callers.requester("mer_1") != first


def test_progress_without_a_terminal_is_a_line_each_quarter() -> None:
    stages, out = _quiet()

    with stages.stage("payments", 8) as stage:
        for _ in range(8):
            stage.advance()

    lines = out.getvalue().splitlines()
    assert lines[:3] == ["payments: 2 of 8 (25 %)", "payments: 4 of 8 (50 %)", "payments: 6 of 8 (75 %)"]
    assert lines[3].startswith("payments: 8 of 8 (done in ")


def test_progress_on_a_terminal_is_a_bar_with_a_note() -> None:
    out = StringIO()
    stages = Stages(Console(file=out, width=160, force_terminal=True))

    with stages.stage("payments", 2) as stage:
        stage.advance(2)
        stage.note("completed 2")
    with stages.watching("verifying") as progress:
        progress(Checked.PAYMENTS, 2)

    assert "payments" in out.getvalue()
    assert "completed 2" in out.getvalue()


def test_verification_names_each_violation_and_the_verdict() -> None:
    broken = Check(
        invariant=Invariant.AMOUNTS,
        checked=9,
        violations=25,
        found=tuple(RouteDiffers(payment_id=f"pay_{n}") for n in range(25)),
    )
    sums = (LedgerSum(currency="JPY", entries=2, gateway_amount=7, merchant_amount=-7),)

    lines = list(verification_lines(Report(checks=(broken,), sums=sums, open_refunds=3)))

    assert lines[0].startswith("✗ The amounts of a payment equal the sums of its refunds")
    assert (
        "    pay_0: the route (the place of a payment in the database) that the payment stores differs from the route "
        "in its id"
    ) in lines
    assert "    … and 5 more" in lines
    assert "  ledger JPY: gateway 7 JPY, merchants -7 JPY, sum 0 (2 entries)" in lines
    assert lines[-1] == "NOT all invariants hold."
