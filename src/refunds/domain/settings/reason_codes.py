"""The list of reason codes: the product's own, which every request may use, and those that a tenant added.

A code that is removed is refused in new requests only: stored refunds keep it as text, and repeated requests get their
first answer.
"""

import re
from collections.abc import Collection

from refunds.domain.invalid_input import ReasonCodeUnknown

REASON_CODES = (
    "requested_by_customer",
    "duplicate",
    "fraudulent",
    "product_not_received",
    "product_unacceptable",
    "order_canceled",
    "subscription_canceled",
    "price_adjustment",
    "goodwill",
    "other",
)
"""The product's own codes, in the order of lists."""

MADE_AT_GATEWAY = "made_at_gateway"
"""The code of external refunds; no request may use it."""

CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
"""Pattern of a code, also of one that a tenant adds."""

_OWN = frozenset(REASON_CODES)


def check_reason_code(code: str, added: Collection[str] | None) -> None:
    """Raises ReasonCodeUnknown for a code that is neither the product's own nor in `added`."""
    if code in _OWN or (added and code in added and code != MADE_AT_GATEWAY):
        return
    raise ReasonCodeUnknown(code=code, known=(*REASON_CODES, *(added or ())))
