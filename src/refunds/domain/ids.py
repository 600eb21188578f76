"""Makes and reads ids. An id consists of a prefix and digits in Crockford base 32. Ids sort by time.

A refund's id contains two routes, which are short hashes of the ids of its payment and its merchant. So a read by id
goes to one shard and one indexed payment, and refunds need no index of their own. After `ref_`, the id has these parts:

- 10 characters for the time in milliseconds
- 6 random characters
- 8 characters for the route to the payment
- 4 characters for the route to the merchant

All functions are pure, because time and random bits are parameters.
"""

from dataclasses import dataclass
from hashlib import blake2b

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LETTERS = frozenset(_ALPHABET)
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
_TIME, _RANDOM, _PAYMENT, _MERCHANT = 10, 6, 8, 4
RANDOM_BITS = 80


def base32(value: int, width: int) -> str:
    """Returns `value` as exactly `width` characters, with the most significant one first. `width` must be even."""
    return "".join([_PAIRS[value >> shift & 1023] for shift in range(5 * width - 10, -1, -10)])


def new_id(prefix: str, at_ms: int, random_bits: int) -> str:
    """Returns an id that sorts by time. It has 48 bits of milliseconds and then 80 random bits."""
    return f"{prefix}_{base32(at_ms, 10)}{base32(random_bits, 16)}"


def payment_route(payment_id: str) -> str:
    """Returns eight characters that find a payment among the payments of its merchant."""
    return base32(int.from_bytes(blake2b(payment_id.encode(), digest_size=5).digest()), _PAYMENT)


def merchant_route(merchant_id: str) -> str:
    """Returns four characters that find a merchant. A few merchants may have the same four characters."""
    return base32(int.from_bytes(blake2b(merchant_id.encode(), digest_size=3).digest()) >> 4, _MERCHANT)


def refund_id(at_ms: int, random_bits: int, payment_id: str, merchant_id: str) -> str:
    """Returns the id of a new refund of the payment."""
    fresh = base32(at_ms, _TIME) + base32(random_bits, _RANDOM)
    return f"ref_{fresh}{payment_route(payment_id)}{merchant_route(merchant_id)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRoute:
    """The routes in a refund's id, which lead to its payment and its merchant."""

    payment_route: str
    merchant_route: str


def route_of(refund: str) -> RefundRoute | None:
    """Returns the routes in a refund's id. Returns None if the text is not a refund's id."""
    body = refund.removeprefix("ref_")
    if len(body) != _TIME + _RANDOM + _PAYMENT + _MERCHANT or body == refund or not _LETTERS.issuperset(body):
        return None
    return RefundRoute(payment_route=body[-12:-4], merchant_route=body[-4:])


def attempt_id(refund: str, number: int) -> str:
    """Returns the id of the attempt with this number. Every process computes the same id."""
    return f"att_{refund.removeprefix('ref_')}{number:02d}"


def refund_of_attempt(attempt: str) -> str:
    """Returns the id of the refund that an attempt belongs to.

    For a text that is not an attempt's id, returns an id that no refund has.
    """
    return f"ref_{attempt.removeprefix('att_')[:-2]}"


def event_id(payment: str, version: int, index: int) -> str:
    """Returns the id of the event with this index in one version of a payment.

    A repeated event gets the same id, so the repeat is recognized.
    """
    return f"evt_{payment.removeprefix('pay_')}_{version}_{index}"


def event_version(payment: str, event: str) -> int:
    """Returns the version of the payment that an event's id contains. Ignores a suffix that a store appended."""
    return int(event[len(payment.removeprefix("pay_")) + 5 :].split("_", 1)[0])


def event_order(payment: str, event: str) -> tuple[int, int]:
    """Returns a sort key that puts the events of one payment in the order in which they happened."""
    return event_version(payment, event), event_index(payment, event)


def event_write(payment: str, event: str) -> str:
    """Returns the suffix that the store appended to an event's id. The suffix identifies the write.

    Returns an empty text for a capture, which has no suffix.
    """
    _, _, index_and_write = event.removeprefix(f"evt_{payment.removeprefix('pay_')}_").partition("_")
    return index_and_write.partition("_")[2]


def event_index(payment: str, event: str) -> int:
    """Returns the index of the event within its version of the payment. The first index is 0."""
    return int(event[len(payment.removeprefix("pay_")) + 5 :].split("_", 2)[1])
