"""Refuses mistyped sandbox tokens before any call. A token chooses how the sandbox gateway behaves (docs/sandbox.md).

The sandbox treats an unknown token as `tok_ok`. So a mistyped token would look like a refund that succeeded.
"""

from refunds.cli.errors import failure
from refunds.texts import command_facts as facts

SANDBOX = "sandbox"
REFUSED_PREFIX = "tok_refused_"
KNOWN = (
    "tok_ok",
    "tok_pending",
    "tok_late_failure",
    "tok_timeout_after_move",
    "tok_timeout_before_move",
    "tok_rate_limited",
    "tok_webhook_first",
    "tok_webhook_twice",
    "tok_webhook_only",
    "tok_slow",
    "tok_error_500",
)
"""The tokens whose names contain no error code. A test compares them with the sandbox's own table."""


def sandbox_token_of(text: str) -> str:
    """Returns the token unchanged. Raises CommandFailed if the sandbox does not know the token."""
    is_refusal = text.startswith(REFUSED_PREFIX) and text != REFUSED_PREFIX
    if text not in KNOWN and not is_refusal:
        raise failure(facts.SandboxTokenUnknown(text=repr(text), known=KNOWN))
    return text
