"""Values that the sandbox's unit tests start from; each test changes what it is about."""

from pathlib import Path

from refunds_embedded.sandbox.behaviours import behaviour_of
from refunds_embedded.sandbox.books.books import Books
from refunds_embedded.sandbox.books.decisions import HouseRules, RefundOrder
from refunds_embedded.sandbox.books.entries import FORMAT, BooksOpened
from refunds_embedded.sandbox.config import SandboxConfig, read_config

NOON_MS = 1_769_860_800_000  # 2026-01-31T12:00:00Z
SECRET = "whsec_c2FuZGJveC10ZXN0LXNlY3JldA=="


def make_books() -> Books:
    """Opened books without a refund."""
    books = Books()
    books.apply(BooksOpened(format=FORMAT, books_id="e8932fe1", at_ms=NOON_MS))
    return books


def make_rules(
    *, is_webhook_owed: bool = True, is_webhook_always: bool = False, refunds_max: int = 1_000
) -> HouseRules:
    """A delay of 300 ms, at most 5 refunds on one payment."""
    return HouseRules(
        delay_ms=300,
        is_webhook_owed=is_webhook_owed,
        is_webhook_always=is_webhook_always,
        payment_refunds_max=5,
        refunds_max=refunds_max,
    )


def make_order(
    reference: str | None = "att_1",
    amount: int = 60,
    token: str = "tok_ok",
    *,
    currency: str = "USD",
    captured_amount: int = 100,
) -> RefundOrder:
    """A refund of 60 on a captured 100 of payment gp_1."""
    return RefundOrder("gp_1", reference, amount, currency, captured_amount, behaviour_of(token))


def make_config(folder: Path = Path("unused"), **settings: str) -> SandboxConfig:
    """A configuration with webhooks."""
    return read_config(
        {
            "REFUNDS_SANDBOX_DATA_DIR": str(folder),
            "REFUNDS_SANDBOX_WEBHOOK_URL": "http://127.0.0.1:9/webhooks/sandbox",
            "REFUNDS_SANDBOX_WEBHOOK_SECRET": SECRET,
            **{f"REFUNDS_SANDBOX_{name}": value for name, value in settings.items()},
        }
    )
