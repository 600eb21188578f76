"""Runs the demonstration from the start of an instance to the report.

`refunds demo` calls `run_demo`. The function finds or starts an instance, adds the sample, sends requests, waits for
the results and reports them. Then it keeps the instance serving. At the end it stops only what it started, even if it
is interrupted.
"""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from refunds.adapters.local.clock import SystemClock
from refunds.adapters.local.ids import SystemIds
from refunds.cli.client.client import Client, connected
from refunds.cli.client.dev_tokens import Signer
from refunds.cli.client.ready_file import Ready
from refunds.cli.errors import FAILED, CommandFailed
from refunds.cli.views.output import console, error_console, print_json
from refunds.cli.views.progress import Stages
from refunds.cli.views.verification_views import verification_out
from refunds.domain.payment.states import Status
from refunds.usecases.verification.verification_report import Report
from refunds.usecases.verification.verify_audit import Progress
from refunds_embedded.demo.api import CREATE, DemoApi
from refunds_embedded.demo.callers import Callers
from refunds_embedded.demo.child import Instance, running_instance
from refunds_embedded.demo.concurrency import for_all
from refunds_embedded.demo.measures import Stopwatch
from refunds_embedded.demo.options import DemoOptions
from refunds_embedded.demo.report import DemoReport, print_report
from refunds_embedded.demo.seeding import seed
from refunds_embedded.demo.sending import Sender, Sent
from refunds_embedded.demo.summary import tally
from refunds_embedded.demo.waiting import Ended, until_ended
from refunds_embedded.sample.requests import Sample, SampleGroup, make_sample

Verify = Callable[[Ready, Progress], Awaitable[Report]]


async def run_demo(options: DemoOptions, environ: Mapping[str, str], verify: Verify) -> int:
    """Runs the demonstration. Returns the exit code, which is 0 if all results are as expected, else 1."""
    sample = _sample(options)
    _stop_on_sigterm()
    out = error_console() if options.as_json else console()
    stages = Stages(out)
    stages.print_line("Starting; Ctrl-C stops everything that is started here.")
    async with running_instance(options, environ) as instance:
        stages.print_line(_found(instance))
        report, verification = await _Run(options, instance.ready, sample, stages).report(verify)
        if options.as_json:
            print_json(msgspec.json.encode(report))
        else:
            print_report(report, verification, out)
        if not options.is_once:
            stages.print_line(f"Serving on {report.url}, documented at {report.url}/docs; Ctrl-C stops it.")
            await _serve(instance)
        return 0 if report.is_good else FAILED


def _sample(options: DemoOptions) -> Sample:
    try:
        return make_sample(options.seed, options.payments, options.requests)
    except ValueError as error:
        raise CommandFailed(str(error)) from None


def _stop_on_sigterm() -> None:
    """Makes SIGTERM end the demonstration as Ctrl-C does."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def _found(instance: Instance) -> str:
    how = "Speaking to the instance that runs already" if instance.process is None else "Ready"
    return f"{how}: {instance.ready.url}, data in {instance.ready.data_dir}"


async def _serve(instance: Instance) -> None:
    """Waits until the instance ends or Ctrl-C is pressed."""
    try:
        await instance.ended()
    except asyncio.CancelledError:
        return


@dataclass(frozen=True, slots=True)
class _Run:
    """One batch of payments and refunds on one instance."""

    options: DemoOptions
    ready: Ready
    sample: Sample
    stages: Stages

    async def report(self, verify: Verify) -> tuple[DemoReport, Report]:
        """Adds the sample, sends the requests, waits for the refunds and verifies the results.

        Returns the report of the demonstration and the report of the verification.
        """
        async with connected(self.ready.url) as client:
            api = self._api(client)
            self.stages.print_line(f"Batch {api.batch}: fresh payments, seed {self.options.seed}")
            now = SystemClock().now()
            at_once = self.options.concurrency
            ids = await seed(api, self.sample.payments, now, at_once, self.stages)
            began_s = time.perf_counter()
            sent = await self._send(api, ids)
            requested_s = time.perf_counter() - began_s
            api.stopwatch.spent(CREATE, requested_s)
            ended = await until_ended(api, sent, self.options.wait_s, asyncio.sleep, self.stages)
            ended_s = time.perf_counter() - began_s
        self.stages.print_line("Verifying the whole database against the gateway's books …")
        with self.stages.watching("verifying") as progress:
            verification = await verify(self.ready, progress)
        return self._report(api, sent, ended, (requested_s, ended_s), verification), verification

    def _api(self, client: Client) -> DemoApi:
        clock, ids = SystemClock(), SystemIds()
        signer = Signer.from_file(self.ready.issuer_key_file)
        return DemoApi(
            client=client,
            callers=Callers(signer=signer, clock=clock, ids=ids),
            stopwatch=Stopwatch(),
            batch=ids.new("batch").removeprefix("batch_"),
        )

    async def _send(self, api: DemoApi, payment_ids: Sequence[str]) -> list[Sent]:
        sender = Sender(api=api)
        with self.stages.stage("refund requests", self.sample.requests_count) as stage:

            async def send(group: SampleGroup) -> Sequence[Sent]:
                sent = await sender.send(group, payment_ids[group.payment.number])
                stage.advance(len(sent))
                return sent

            groups = await for_all(self.sample.groups, send, self.options.concurrency)
        return [sent for group in groups for sent in group]

    def _report(
        self,
        api: DemoApi,
        sent: Sequence[Sent],
        ended: Sequence[Ended],
        seconds: tuple[float, float],
        verification: Report,
    ) -> DemoReport:
        requested_s, ended_s = seconds
        return DemoReport(
            url=self.ready.url,
            batch=api.batch,
            seed=self.options.seed,
            payments=len(self.sample.payments),
            requests=self.sample.requests_count,
            refunds=len(ended),
            waiting_for_a_person=sum(one.refund.status == Status.PENDING_APPROVAL.value for one in ended),
            requested_in_s=round(requested_s, 3),
            ended_in_s=round(ended_s, 3),
            ended_per_s=round(len(ended) / ended_s, 1),
            tally=tally(ended),
            measures=api.stopwatch.measures(),
            surprises=tuple(surprises(sent, ended)),
            verification=verification_out(verification),
        )


def surprises(sent: Sequence[Sent], ended: Sequence[Ended]) -> list[str]:
    """Returns one line for each unexpected result.

    Unexpected first responses come first. The refunds with an unexpected status follow.
    """
    answers = [f"request {one.request.number} ({one.request.kind}): {one.surprise}" for one in sent if one.surprise]
    ends = [
        f"{one.refund.id} ({one.sent.request.kind}, {one.sent.request.behaviour}): "
        f"{one.refund.status}, expected {one.sent.ends}"
        for one in ended
        if not one.is_as_expected
    ]
    return answers + ends
