"""Makes the refund requests of the sample in groups. Each group is for one payment.

The requests of a group are sent one after another. Only the two requests of a race are sent at the same time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from refunds.domain.money import split
from refunds.domain.payment.states import Status
from refunds_embedded.sample.behaviours import ENDS, OK, Behaviours
from refunds_embedded.sample.kinds import KINDS, Kind, KindRule
from refunds_embedded.sample.payments import PaymentWish, SamplePayment, make_payment
from refunds_embedded.sample.seeded_random import SeededRandom
from refunds_embedded.sample.tenants import SampleMerchant, merchants

SEVERAL, RACE = 3, 2
FILLER_LARGE_PERCENT = 5
REASONS = (
    "requested_by_customer",
    "duplicate",
    "product_not_received",
    "product_unacceptable",
    "subscription_canceled",
    "goodwill",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRequest:
    """One request for a refund. If `amount` is None, the request is for the whole refundable amount.

    `behaviour` is the token that the sandbox gateway gets. `ends` is the expected final status of the refund, or None
    if the request must not create a refund.
    """

    number: int
    kind: Kind
    amount: int | None
    currency: str | None
    behaviour: str
    reason: str
    ends: Status | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleGroup:
    """All requests for one payment."""

    payment: SamplePayment
    requests: tuple[SampleRequest, ...]

    @property
    def is_race(self) -> bool:
        """Returns True if the requests are sent at the same time and exactly one of them may succeed."""
        return self.requests[0].kind is Kind.RACE


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """All payments and requests that one demonstration sends."""

    payments: tuple[SamplePayment, ...]
    groups: tuple[SampleGroup, ...]

    @property
    def requests_count(self) -> int:
        """Returns the number of requested refunds."""
        return sum(len(group.requests) for group in self.groups)


def make_sample(seed: int, payments_count: int, requests_count: int) -> Sample:
    """Returns the sample of a seed. Raises ValueError if there are too few payments for the requests."""
    sizes = SeededRandom(seed, "order").shuffled(list(_group_sizes(requests_count)))
    if len(sizes) > payments_count:
        raise ValueError(f"{requests_count} requests need at least {len(sizes)} payments")
    maker = _Maker(seed)
    groups = tuple(maker.group(number, kind, size) for number, (kind, size) in enumerate(sizes))
    fillers = (maker.filler(number) for number in range(len(groups), payments_count))
    return Sample(payments=tuple(chain((g.payment for g in groups), fillers)), groups=groups)


def _group_sizes(requests_count: int) -> Iterator[tuple[Kind, int]]:
    """Yields the kind and the number of requests of each group.

    Requests that do not fill a group become single requests of the kind PARTIAL.
    """
    counts = split(requests_count, [rule.weight for rule in KINDS.values()])
    for kind, count in zip(KINDS, counts, strict=True):
        size = {Kind.SEVERAL: SEVERAL, Kind.RACE: RACE}.get(kind, 1)
        yield from [(kind, size)] * (count // size)
        yield from [(Kind.PARTIAL, 1)] * (count % size)


class _Maker:
    """Makes the groups and payments of a sample in order.

    Payments, requests and behaviors are chosen independently of each other.
    """

    def __init__(self, seed: int) -> None:
        self._payments = SeededRandom(seed, "payments")
        self._requests = SeededRandom(seed, "requests")
        self._behaviours = Behaviours(SeededRandom(seed, "behaviours"))
        self._merchants: tuple[SampleMerchant, ...] = merchants()
        self._request_number = 0

    def group(self, number: int, kind: Kind, size: int) -> SampleGroup:
        """Returns a payment with its requests, as one group."""
        rule = KINDS[kind]
        behaviours = [self._behaviour(kind, rule) for _ in range(size)]
        wish = replace(rule.wish, token=behaviours[0])
        payment = make_payment(self._payments, number, self._merchants, wish)
        amounts = _amounts(self._requests, kind, payment.captured_amount, size)
        requests = tuple(
            self._request(kind, payment, amount, behaviour)
            for amount, behaviour in zip(amounts, behaviours, strict=True)
        )
        return SampleGroup(payment=payment, requests=requests)

    def filler(self, number: int) -> SamplePayment:
        """Returns a payment without a refund request."""
        is_large = self._payments.whole(1, 100) <= FILLER_LARGE_PERCENT
        wish = PaymentWish(is_large=is_large)
        return make_payment(self._payments, number, self._merchants, wish)

    def _behaviour(self, kind: Kind, rule: KindRule) -> str:
        return self._behaviours.next() if rule.reaches_gateway and kind is not Kind.RACE else OK

    def _request(self, kind: Kind, payment: SamplePayment, amount: int | None, behaviour: str) -> SampleRequest:
        self._request_number += 1
        rule = KINDS[kind]
        return SampleRequest(
            number=self._request_number,
            kind=kind,
            amount=amount,
            currency=_currency(kind, payment.currency),
            behaviour=behaviour,
            reason=self._requests.one_of(REASONS),
            ends=(rule.ends or ENDS[behaviour]) if rule.http_status == 201 else None,
        )


def _currency(kind: Kind, currency: str) -> str | None:
    if kind is Kind.WRONG_CURRENCY:
        return "EUR" if currency != "EUR" else "USD"
    return currency


def _amounts(seeded_random: SeededRandom, kind: Kind, captured: int, size: int) -> list[int | None]:
    """Returns the amount of each request of a group. None requests the whole refundable amount."""
    part = max(1, captured * seeded_random.whole(5, 90) // 100)
    match kind:
        case Kind.SEVERAL:
            first, second, _ = split(captured, [seeded_random.whole(1, 9) for _ in range(size)])
            return [first, second, None]
        case Kind.RACE:
            return [captured * 6 // 10] * size
        case Kind.OVER_LIMIT:
            return [captured + part]
        case Kind.PARTIAL | Kind.PARTIAL_NOT_SUPPORTED | Kind.SAME_KEY_OTHER_BODY:
            return [part]
        case Kind.NOT_POSITIVE:
            return [0]
    return [captured if seeded_random.whole(0, 1) else None]
