"""`refunds demo`: from an empty folder to settled refunds and a verified ledger."""

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
    """Start everything, seed a sample, send refunds of all kinds, show and verify what became of them.

    Tenants and parameters of the sample stay as they are from run to run; payments and refunds are
    fresh in every run. Speaks to the instance of the ready file where one answers.

    Parameters
    ----------
    once
        End after the report; the exit code is 0 only if everything was as it must be.
    data_dir
        Folder of the instance that is started.
    ready_file
        Where the instance is, or will be; `ready.json` in the data folder if not given.
    port
        Port of the instance that is started; 8080 if not given, with --once any free one.
    payments
        How many captured payments to record.
    refunds
        How many refunds to ask for.
    seed
        The same seed makes the same sample.
    concurrency
        Calls at the same time.
    wait_s
        How long to wait until every refund is at its end.
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
