"""`refunds up`: starts the whole product on this machine."""

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from refunds.cli.client.whole_numbers import WHOLE
from refunds_embedded.launcher.instance.options import UpOptions
from refunds_embedded.launcher.supervision.progress_output import ProgressOutput
from refunds_embedded.launcher.up import run_up

DEFAULTS = UpOptions()


def up(
    *,
    host: str = DEFAULTS.host,
    port: Annotated[int, WHOLE] = DEFAULTS.port,
    data_dir: Path = DEFAULTS.data_dir,
    ready_file: Path | None = None,
    sample: Annotated[bool, Parameter(negative="")] = False,
    split: Annotated[bool, Parameter(negative="")] = False,
    api_workers: Annotated[int, WHOLE] = DEFAULTS.api_workers,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    mongodb_uri: str | None = None,
    redis_uri: str | None = None,
) -> int:
    """Start the database, the cache, the sandbox gateway and the five services; Ctrl-C stops all.

    Parameters
    ----------
    host
        IP address that the API listens on.
    port
        Port that the API listens on; 0 takes any free one.
    data_dir
        Folder that keeps everything; it survives a restart.
    ready_file
        Written when all is ready (JSON with addresses); `ready.json` in the data folder if not
        given.
    sample
        Short waiting times, so that a demonstration does not wait for minutes; a later start
        without it sets the usual ones again.
    split
        Run each service as a process of its own; a tenant or parameter that one of them takes is
        seen by the others within half a second.
    api_workers
        With --split: how many processes answer behind the public port.
    as_json
        Print each event as one line of JSON.
    mongodb_uri
        Use this MongoDB replica set instead of starting one.
    redis_uri
        Use this Redis instead of starting one.
    """
    options = UpOptions(
        host=host,
        port=port,
        data_dir=data_dir,
        ready_file=ready_file,
        sample=sample,
        split=split,
        api_workers=api_workers,
        mongodb_uri=mongodb_uri,
        redis_uri=redis_uri,
    )
    progress_output = ProgressOutput(as_json=as_json, out=sys.stdout, err=sys.stderr)
    return run_up(options, os.environ, progress_output)
