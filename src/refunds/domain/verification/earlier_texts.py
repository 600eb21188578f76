"""Reproduces the texts that older releases stored with a status reason.

Current releases store facts instead and never write these texts. Verification accepts both. The module does no I/O.
"""

WAITING = frozenset({"Waiting for approval by another person."})
CANCELED = frozenset({"On request.", "Canceled on request."})
CONTRADICTED = frozenset(
    {
        "The gateway reports success after failure; it is asked which of the two holds.",
        "The gateway reports success after failure; reconcile by hand.",
        "The gateway contradicts itself again and again; reconcile by hand.",
    }
)
_NEVER_SEEN = frozenset(
    {
        "The gateway refused it and, asked, has no record of an earlier try.",
        "The gateway never saw it, and its idempotency key is too old to be used again; no money moved.",
    }
)
_NONE_TAKEN = ("The gateway took none of {tries} tries{unsent}.", "The gateway never saw any of {tries} tries{unsent}.")
_UNSENT = "; {unsent} of them could not be sent, or were turned away for later"
_WITHOUT_CODE = "The gateway ended the refund without a code; ask the gateway why before it is refunded again."
_UNKNOWN_CODE = (
    "The gateway ended the refund with the code ",
    ", which is not known here; ask the gateway why before it is refunded again.",
)
_MERGED = "It is the same movement as {refund_id}, which counts it."
_RELEASED = "The payment was refunded at its gateway; {refund_id} took the amount before anything of this one was sent."


def merged(refund_id: str) -> str:
    """Returns the text of a refund that was merged into the refund `refund_id`."""
    return _MERGED.format(refund_id=refund_id)


def released(refund_id: str) -> str:
    """Returns the text of a refund that ended because the external refund `refund_id` used the amount."""
    return _RELEASED.format(refund_id=refund_id)


def never_seen(tries: int, unsent: int) -> frozenset[str]:
    """Returns every text that a refund may have if its gateway never received the refund.

    `tries` is the number of submissions. `unsent` is the number of submissions that certainly never reached the
    gateway.
    """
    more = _UNSENT.format(unsent=unsent) if unsent else ""
    return _NEVER_SEEN | {text.format(tries=tries, unsent=more) for text in _NONE_TAKEN}


def unknown_code(raw_code: str) -> str:
    """Returns the text for an unknown code of a gateway.

    If the code is empty, the text states that there was no code.
    """
    return raw_code.join(_UNKNOWN_CODE) if raw_code else _WITHOUT_CODE


def is_of_any_code(text: str) -> bool:
    """True if the text is one that `unknown_code` returns for some code."""
    begin, end = _UNKNOWN_CODE
    return text.startswith(begin) and text.endswith(end) and len(text) > len(begin) + len(end)
