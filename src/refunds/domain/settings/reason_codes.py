"""Lists and checks the reason codes.

Every request may use the product's own codes. A tenant may add codes for its own requests. If a code is removed, only
new requests with it are refused. Stored refunds keep the code as text, and repeated requests get their first answer.
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
"""The product's own codes, in the order in which lists show them."""

MADE_AT_GATEWAY = "made_at_gateway"
"""The reason code of external refunds. No request may use it."""

CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
"""The pattern of every reason code, including the codes that tenants add."""

_OWN = frozenset(REASON_CODES)


def check_reason_code(code: str, added: Collection[str] | None) -> None:
    """Raises ReasonCodeUnknown if the code is neither a code of the product nor in `added`.

    The code MADE_AT_GATEWAY is refused even if it is in `added`.
    """
    if code in _OWN or (added and code in added and code != MADE_AT_GATEWAY):
        return
    raise ReasonCodeUnknown(code=code, known=(*REASON_CODES, *(added or ())))
