"""Makes one payment with completed refunds through the product. All other stored payments are copies of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter, sleep
from typing import Any

from bson import encode

from bench.errors import SeedingFailed
from bench.load.spawn import run_load
from bench.support.bench import Bench
from bench.support.refund_requests import SMALL_AMOUNT, refund_request
from bench.support.settled import wait_until_settled
from refunds.domain.ids import merchant_route, payment_route

MERCHANT = "m00000"
FIRST = 1_000_000
LISTED_S_MAX = 60.0
_STEP_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The encoded payment and its rows in the list. Copies differ only in ids, which have the same length."""

    run: str
    payment_id: str
    merchant_id: str
    refund_ids: Sequence[str]
    payment: bytes
    rows: Sequence[bytes]

    def payment_id_of(self, number: int) -> str:
        """The id of the n-th copy."""
        return f"pay_{self.run}{FIRST + number}"

    def merchant_id_of(self, merchant: int) -> str:
        """The id of the n-th merchant."""
        return f"{self.merchant_id[: -len(MERCHANT)]}m{merchant:05d}"

    def refund_id_of(self, number: int, merchant: int, index: int = 0) -> str:
        """Returns the id of a refund of the n-th copy. The id ends with the routes of that payment and merchant."""
        routes = payment_route(self.payment_id_of(number)) + merchant_route(self.merchant_id_of(merchant))
        return self.refund_ids[index][: -len(routes)] + routes

    def copies(self, number: int, merchant: int) -> tuple[bytes, list[bytes]]:
        """The n-th payment of that merchant, and its rows."""
        routes = payment_route(self.payment_id) + merchant_route(self.merchant_id)
        new_id, new_merchant = self.payment_id_of(number), self.merchant_id_of(merchant)
        route, new_route = payment_route(self.payment_id), payment_route(new_id)
        pairs = (
            (self.payment_id.removeprefix("pay_"), new_id.removeprefix("pay_")),
            (self.merchant_id, new_merchant),
            (routes, new_route + merchant_route(new_merchant)),
            (route, new_route),
        )
        encoded = [(old.encode(), new.encode()) for old, new in pairs if old != new]
        return _replaced(self.payment, encoded), [_replaced(row, encoded) for row in self.rows]


def _replaced(document: bytes, pairs: Sequence[tuple[bytes, bytes]]) -> bytes:
    for old, new in pairs:
        document = document.replace(old, new)
    return document


def template(bench: Bench, refunds: int) -> Template:
    """Makes a payment with `refunds` completed refunds by the API and reads it. Raises SeedingFailed if this fails."""
    merchant_id = bench.seeder.merchant(MERCHANT)
    (payment_id,), _ = bench.seeder.payments(1, [merchant_id])
    requests = [
        refund_request(bench.seeder, payment_id, f"k{n:03d}-{payment_id}", SMALL_AMOUNT) for n in range(refunds)
    ]
    made = run_load(bench.plan(requests, connections=1, seconds=120.0))
    if made.accepted != refunds:
        raise SeedingFailed(f"{made.accepted} of {refunds} refunds: {made.refused_sample}")
    wait_until_settled(bench, [merchant_id])
    rows = _listed(bench, payment_id, refunds)
    stored = bench.database["payments"].find_one({"_id": payment_id})
    if stored is None or any(refund["status"] != "completed" for refund in stored["refunds"]):
        raise SeedingFailed("not all refunds of the template were completed")
    stored.pop("events", None)  # the relay reads these; copies are stored only
    return Template(
        run=bench.seeder.run,
        payment_id=payment_id,
        merchant_id=merchant_id,
        refund_ids=[refund["id"] for refund in stored["refunds"]],
        payment=encode(stored),
        rows=[encode(row) for row in rows],
    )


def _listed(bench: Bench, payment_id: str, wanted: int) -> list[dict[str, Any]]:
    latest_s = perf_counter() + LISTED_S_MAX
    while perf_counter() < latest_s:
        rows = list(bench.database["refund_list"].find({"payment_id": payment_id, "status": "completed"}))
        if len(rows) == wanted:
            return rows
        sleep(_STEP_S)
    raise SeedingFailed(f"the relay did not list {wanted} completed refunds")
