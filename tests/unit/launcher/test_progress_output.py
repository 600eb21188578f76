"""What `refunds up` says when all is ready: where the API, the sandbox, the data and the metrics are."""

import io
from collections.abc import Mapping
from pathlib import Path

from refunds.cli.client.ready_file import Ready, RunningService
from refunds_embedded.launcher.supervision.progress_output import ProgressOutput

FRONT = "http://127.0.0.1:8080"


def said_of(urls: Mapping[str, str]) -> list[str]:
    """The lines about an instance whose services have these addresses."""
    out = io.StringIO()
    ready = Ready(
        url=FRONT,
        sandbox_url="http://127.0.0.1:8081",
        mongodb_uri="mongodb://127.0.0.1",
        redis_uri="",
        pid=1,
        services={name: RunningService(pid=1, url=url) for name, url in urls.items()},
        children={},
        issuer_key_file=Path("/nowhere/issuer.key"),
        data_dir=Path("/nowhere"),
    )
    ProgressOutput(as_json=False, out=out, err=io.StringIO()).ready(ready)
    return out.getvalue().splitlines()


def test_metrics_of_one_process_have_one_address() -> None:
    lines = said_of({"api": FRONT, "request-manager": FRONT, "reporting-engine": FRONT})

    assert [line for line in lines if "/metrics" in line] == [f"  metrics  {FRONT}/metrics"]
    assert lines[-1] == "Ctrl-C stops it."


def test_metrics_of_each_process_of_a_split_instance_have_their_own() -> None:
    lines = said_of({"api": FRONT, "api-2": FRONT, "reporting-engine": "http://127.0.0.1:41001"})

    assert [line for line in lines if "/metrics" in line] == [
        f"  metrics  {FRONT}/metrics of api",
        "           http://127.0.0.1:41001/metrics of reporting-engine",
    ]
