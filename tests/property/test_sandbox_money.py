"""Whatever requests the sandbox gateway gets, each reference moves its amount at most once."""

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from refunds_embedded.sandbox.behaviours import BEHAVIOURS, behaviour_of
from refunds_embedded.sandbox.books.books import Books
from refunds_embedded.sandbox.books.decisions import (
    HouseRules,
    RefundOrder,
    decide_dashboard_refund,
    decide_refund,
    decide_settlement,
)
from refunds_embedded.sandbox.books.entries import FORMAT, BooksOpened, Entry
from refunds_embedded.sandbox.errors import CallRefused

RULES = HouseRules(
    delay_ms=300,
    is_webhook_owed=True,
    is_webhook_always=False,
    payment_refunds_max=8,
    refunds_max=40,
)
TOKENS = [*(behaviour.name for behaviour in BEHAVIOURS), "tok_refused_declined", "tok_other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask for a refund; without a reference in the dashboard."""

    payment: int
    reference: int | None
    amount: int
    token: str
    captured_amount: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Let time pass, and settle what is due."""

    by_ms: int


ASKS = st.builds(
    Ask,
    payment=st.integers(0, 1),
    reference=st.none() | st.integers(0, 9),
    amount=st.integers(1, 120),
    token=st.sampled_from(TOKENS),
    captured_amount=st.sampled_from([100, 100, 100, 90]),
    currency=st.sampled_from(["USD", "USD", "USD", "EUR"]),
)
STEPS = st.lists(ASKS | st.builds(Pass, by_ms=st.integers(1, 400)), max_size=40)


class _Desk:
    """Asks as the gateway does, and keeps what was journaled."""

    def __init__(self) -> None:
        self.books = Books()
        self.journal: list[Entry] = []
        self.now_ms = 0
        self._write(BooksOpened(format=FORMAT, books_id="00000000", at_ms=0))

    def take(self, step: Ask | Pass) -> None:
        if isinstance(step, Pass):
            self._pass(step.by_ms)
        elif step.reference is None or not self.books.refund_by_reference(f"a{step.reference}"):
            self._ask(step)

    def _ask(self, ask: Ask) -> None:
        order = RefundOrder(
            f"gp_{ask.payment}",
            None if ask.reference is None else f"a{ask.reference}",
            ask.amount,
            ask.currency,
            ask.captured_amount,
            behaviour_of(ask.token if ask.reference is not None else "tok_ok"),
        )
        decide = decide_dashboard_refund if order.reference is None else decide_refund
        try:
            entry = decide(self.books, order, RULES, self.now_ms)
        except CallRefused:
            return
        self._write(entry)

    def _pass(self, by_ms: int) -> None:
        self.now_ms += by_ms
        for refund in self.books.refunds:
            if refund.due_ms is not None and refund.due_ms <= self.now_ms:
                behaviour = behaviour_of(refund.behaviour)
                self._write(decide_settlement(refund, behaviour, RULES, self.now_ms))

    def _write(self, entry: Entry) -> None:
        self.books.apply(entry)
        self.journal.append(entry)


def _broken(books: Books) -> Iterator[str]:
    """A line for each account or refund over which money moved as it must not."""
    for account in books.accounts:
        name = account.gateway_payment_id
        if sum(movement.amount for movement in account.movements) != account.moved:
            yield f"{name}: moved {account.moved} is not the sum of its movements"
        if not 0 <= account.moved <= account.captured_amount - account.pending:
            yield f"{name}: {account.moved} moved, {account.pending} pending of {account.captured_amount}"
    for refund in books.refunds:
        own = [m.amount for m in refund.account.movements if m.number == refund.number]
        if own not in ([], [refund.amount], [refund.amount, -refund.amount]):
            yield f"{refund.number}: moved {own}"
        if sum(own) != (refund.amount if refund.status == "succeeded" else 0):
            yield f"{refund.number}: {refund.status}, moved {own}"
    references = [refund.reference for refund in books.refunds if refund.reference is not None]
    if len(set(references)) != len(references):
        yield "a reference was booked twice"


@given(STEPS)
def test_each_reference_moves_at_most_once_and_never_beyond_captured(
    steps: list[Ask | Pass],
) -> None:
    desk, broken = _Desk(), []

    for step in steps:
        desk.take(step)
        broken += _broken(desk.books)

    assert broken == []


@given(STEPS)
def test_replayed_journal_gives_the_same_books(steps: list[Ask | Pass]) -> None:
    desk = _Desk()
    for step in steps:
        desk.take(step)

    replayed = Books()
    for entry in desk.journal:
        replayed.apply(entry)

    assert replayed.refunds == desk.books.refunds
    assert replayed.accounts == desk.books.accounts
    assert replayed.open_webhooks == desk.books.open_webhooks
