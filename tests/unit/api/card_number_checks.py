"""Numbers with right check digits, and whether a text or an id is refused for a card number."""

import itertools

from refunds.runtime.http.problems import Problem
from refunds.services.api.checks.card_numbers import refuse_card_numbers


def is_refused(text: str) -> bool:
    try:
        refuse_card_numbers({"/reason/text": text})
    except Problem:
        return True
    return False


def is_refused_as_id(text: str) -> bool:
    try:
        refuse_card_numbers({}, {"/gateway_payment_id": text})
    except Problem:
        return True
    return False


def luhn_completed(digits: str) -> str:
    """The digits with the check digit of ISO/IEC 7812-1, found by trying."""

    def total(number: str) -> int:
        return sum(sum(map(int, str(int(d) * (1 + n % 2)))) for n, d in enumerate(reversed(number)))

    return next(digits + last for last in "0123456789" if total(digits + last) % 10 == 0)


def ean_completed(digits: str) -> str:
    """The digits with the check digit of GS1, found by trying."""
    weights = itertools.cycle((1, 3))
    total = sum(int(d) * w for d, w in zip(digits, weights, strict=False))
    return digits + str(-total % 10)
