"""Makes the captured payments of the sample, with realistic amounts, methods and ages.

Each payment is made from a wish. A wish names what a refund request needs of its payment. Everything else is random.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from refunds.domain.money import EXPONENTS, split
from refunds.domain.payment.payment import MethodType
from refunds_embedded.sample.seeded_random import SeededRandom
from refunds_embedded.sample.tenants import SampleMerchant

GATEWAY = "sandbox"
LINE_ITEMS_EVERY = 4
AGE_DAYS_MAX, OLD_AGE_DAYS = 150, (200, 700)

ORDINARY = {
    "USD": (400, 85_000),
    "EUR": (500, 80_000),
    "GBP": (400, 75_000),
    "JPY": (500, 98_000),
    "KWD": (1_000, 240_000),
}
"""Ranges of captured amounts whose refunds need no approval, in minor units by currency."""

LARGE = {
    "USD": (120_000, 900_000),
    "EUR": (120_000, 950_000),
    "GBP": (120_000, 800_000),
    "JPY": (160_000, 1_200_000),
    "KWD": (350_000, 2_600_000),
}
"""Ranges of captured amounts whose full refund needs approval, in minor units by currency."""

_M = MethodType
METHODS: dict[str, dict[MethodType, int]] = {
    "USD": {
        _M.CREDIT_CARD: 40,
        _M.DEBIT_CARD: 20,
        _M.ACH: 8,
        _M.PAYPAL: 10,
        _M.APPLE_PAY: 10,
        _M.GOOGLE_PAY: 6,
        _M.BALANCE: 3,
        _M.CRYPTO: 3,
    },
    "EUR": {_M.CREDIT_CARD: 40, _M.DEBIT_CARD: 25, _M.PAYPAL: 18, _M.APPLE_PAY: 9, _M.GOOGLE_PAY: 8},
    "GBP": {_M.CREDIT_CARD: 35, _M.DEBIT_CARD: 35, _M.PAYPAL: 12, _M.APPLE_PAY: 12, _M.BALANCE: 6},
    "JPY": {_M.CREDIT_CARD: 60, _M.APPLE_PAY: 15, _M.GOOGLE_PAY: 10, _M.PAYPAL: 8, _M.BALANCE: 7},
    "KWD": {_M.CREDIT_CARD: 45, _M.DEBIT_CARD: 40, _M.APPLE_PAY: 10, _M.CRYPTO: 5},
}
"""Maps each currency to its payment methods and their weights."""

_ENDINGS = {0: (0, 80), 2: (0, 49, 50, 95, 99), 3: (0, 250, 500, 750, 900)}
"""Maps a currency's number of decimal digits to the usual endings of its prices. Yen endings have two digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentWish:
    """What a payment must be like. If `methods` is empty, any method is allowed.

    `token` selects the behavior of the sandbox gateway.
    """

    is_large: bool = False
    is_old: bool = False
    methods: frozenset[MethodType] = frozenset()
    token: str = "tok_ok"  # noqa: S105 - the name of a behaviour


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLineItem:
    """One line item of a payment. The line items of a payment add up to the captured amount."""

    id: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePayment:
    """A captured payment. `captured_amount` is in minor units. `age` is the time since the capture."""

    number: int
    merchant: SampleMerchant
    captured_amount: int
    method: MethodType
    token: str
    age: timedelta
    customer_id: str
    line_items: tuple[SampleLineItem, ...]

    @property
    def currency(self) -> str:
        """Returns the currency of the payment's merchant."""
        return self.merchant.currency

    def captured_at(self, now: datetime) -> datetime:
        """Returns the time of the capture, which is `now` minus the age."""
        return now - self.age


def make_payment(
    seeded_random: SeededRandom, number: int, merchants: tuple[SampleMerchant, ...], wish: PaymentWish
) -> SamplePayment:
    """Returns a payment that meets the wish. The payment belongs to one of the merchants."""
    able = [m for m in merchants if not wish.methods or wish.methods & METHODS[m.currency].keys()]
    merchant = seeded_random.one_of(able)
    weights = METHODS[merchant.currency]
    method = seeded_random.weighted({m: w for m, w in weights.items() if m in (wish.methods or weights)})
    amount = _amount(seeded_random, merchant.currency, wish)
    return SamplePayment(
        number=number,
        merchant=merchant,
        captured_amount=amount,
        method=method,
        token=wish.token,
        age=_age(seeded_random, wish),
        customer_id=f"cus_{number:06d}",
        line_items=_line_items(seeded_random, amount) if number % LINE_ITEMS_EVERY == 0 else (),
    )


def _amount(seeded_random: SeededRandom, currency: str, wish: PaymentWish) -> int:
    low, high = (LARGE if wish.is_large else ORDINARY)[currency]
    rough, digits = seeded_random.scaled(low, high), EXPONENTS[currency]
    step: int = 10 ** (digits or 2)
    return max(low, rough // step * step + seeded_random.one_of(_ENDINGS[digits]))


def _age(seeded_random: SeededRandom, wish: PaymentWish) -> timedelta:
    first, last = OLD_AGE_DAYS if wish.is_old else (0, AGE_DAYS_MAX)
    return timedelta(days=seeded_random.whole(first, last), seconds=seeded_random.whole(3_600, 80_000))


def _line_items(seeded_random: SeededRandom, amount: int) -> tuple[SampleLineItem, ...]:
    weights = [seeded_random.whole(1, 9) for _ in range(seeded_random.whole(1, 4))]
    parts = split(amount, weights)
    return tuple(SampleLineItem(id=f"item_{i + 1}", amount=part) for i, part in enumerate(parts))
