"""Asks the health address and says whether the answer is good. Run by CloudWatch Synthetics; raises where it is not.

Packed into `../health.zip` by infrastructure/scripts/canary_package.
"""

import json
import os
from urllib.request import Request, urlopen

TIMEOUT_S = 10
BODY_BYTES_MAX = 10_000


def handler(_event: object, _context: object) -> str:
    """The good answer's status; an error where the address is silent, refuses, or says anything but ok."""
    request = Request(os.environ["HEALTH_URL"], headers={"user-agent": "brik-refunds-canary"})  # noqa: S310
    with urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - the address is https, checked by Terraform
        status = str(json.loads(answer.read(BODY_BYTES_MAX))["status"])
    if status != "ok":
        raise RuntimeError(f"the health address says {status}")
    return status
