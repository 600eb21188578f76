"""The options of `refunds demo` and the limits of these options."""

from dataclasses import dataclass
from pathlib import Path

PAYMENTS, REQUESTS = 5_000, 2_000
PAYMENTS_MAX, REQUESTS_MAX = 1_000_000, 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """The options of one demonstration. If `port` is 0, any free port is used.

    `wait_s` limits the wait until all refunds are final.
    """

    data_dir: Path
    ready_file: Path
    port: int
    payments: int
    requests: int
    seed: int
    concurrency: int
    wait_s: float
    is_once: bool
    as_json: bool
