"""Defines the command `refunds demo`. It starts an instance, requests refunds and verifies the results."""

import os
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from refunds.cli.client.instance_option import AsJson
from refunds.cli.client.whole_numbers import WHOLE, whole
from refunds.cli.errors import command
from refunds.cli.verifying import verify_instance
from refunds_embedded.demo.options import PAYMENTS, PAYMENTS_MAX, REQUESTS, REQUESTS_MAX, DemoOptions
from refunds_embedded.demo.run import run_demo

PORT = 8080


@command
async def demo(
    *,
    once: Annotated[bool, Parameter(negative="")] = False,
    data_dir: Path = Path(".data"),
    ready_file: Path | None = None,
    port: Annotated[int | None, WHOLE] = None,
    payments: Annotated[int, whole(gte=1, lte=PAYMENTS_MAX)] = PAYMENTS,
    refunds: Annotated[int, whole(gte=1, lte=REQUESTS_MAX)] = REQUESTS,
    seed: Annotated[int, WHOLE] = 1,
    concurrency: Annotated[int, whole(gte=1, lte=64)] = 32,
    wait_s: Annotated[float, Parameter(validator=Number(gte=1, lte=3600))] = 180,
    as_json: AsJson = False,
) -> int:
    """Start an instance, add a sample, request refunds of all kinds, and show and verify the results.

    Tenants and parameters of the sample are the same in every run; payments and refunds are new in every run. If the
    instance of the ready file answers, the command uses it instead of starting one.

    Parameters
    ----------
    once
        End after the report; the exit code is 0 only if all results are as expected.
    data_dir
        Folder of the instance that is started.
    ready_file
        Ready file of the instance; by default `ready.json` in the data folder.
    port
        Port of the instance that is started; by default 8080, with --once any free port.
    payments
        Number of captured payments to record.
    refunds
        Number of refunds to request.
    seed
        Number from which the sample is made; the same number makes the same sample.
    concurrency
        Number of calls at the same time.
    wait_s
        Longest wait until every refund is final, in seconds.
    """
    options = DemoOptions(
        data_dir=data_dir,
        ready_file=ready_file or data_dir / "ready.json",
        port=port if port is not None else (0 if once else PORT),
        payments=payments,
        requests=refunds,
        seed=seed,
        concurrency=concurrency,
        wait_s=wait_s,
        is_once=once,
        as_json=as_json,
    )
    return await run_demo(options, os.environ, verify_instance)
