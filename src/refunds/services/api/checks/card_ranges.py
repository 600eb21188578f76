"""Defines the ranges that the networks issue as card numbers, by first digits and length.

`card_numbers` calls this module. The source is the public tables of issuer identification numbers (ISO/IEC 7812;
Wikipedia, "Payment card number", read in November 2026; Discover's published ranges; UnionPay 810 to 817 as in
credit-card-type 8.3). Numbers of national bodies begin with 9 and the number of their country (ISO/IEC 7812-1).
docs/decisions/0015 decides these cases:

- Maestro numbers of 13 to 15 digits count only within Maestro's own ranges, not in all of 50 and 56 to 69.
- Diners numbers of 15 digits do not count. None are issued, and ids of satellite phones (IMEI) begin with 300 to 304.
- 13 digits are a Visa card only if they are no article number (EAN-13).
"""

from collections.abc import Sequence

_SIXTEEN_TO_NINETEEN = range(16, 20)

_RANGES: tuple[tuple[str, str, Sequence[int]], ...] = (
    ("1", "1", (15,)),  # UATP
    ("1946", "1946", (16, 18, 19)),  # GPN
    ("31", "31", (19,)),  # China T-Union
    ("4", "4", (13, 16, 19)),  # Visa
    ("4903", "4903", (18,)),  # Switch
    ("4905", "4905", (18,)),  # Switch
    ("4911", "4911", (18,)),  # Switch
    ("4936", "4936", (18,)),  # Switch
    ("51", "55", (16,)),  # Mastercard
    ("2221", "2720", (16,)),  # Mastercard
    ("34", "34", (15,)),  # American Express
    ("37", "37", (15,)),  # American Express
    ("300", "305", (14, *_SIXTEEN_TO_NINETEEN)),  # Diners Club
    ("3095", "3095", (14, *_SIXTEEN_TO_NINETEEN)),  # Diners Club
    ("36", "36", (14, *_SIXTEEN_TO_NINETEEN)),  # Diners Club
    ("38", "39", (14, *_SIXTEEN_TO_NINETEEN)),  # Diners Club
    ("3528", "3589", _SIXTEEN_TO_NINETEEN),  # JCB
    ("353", "353", (16,)),  # RuPay, on JCB
    ("356", "356", (16,)),  # RuPay, on JCB
    ("2200", "2205", _SIXTEEN_TO_NINETEEN),  # Mir, BORICA
    ("50", "50", _SIXTEEN_TO_NINETEEN),  # Maestro, RuPay, Elo, Verve, Dankort
    ("56", "69", _SIXTEEN_TO_NINETEEN),  # Maestro, Discover, UnionPay, RuPay, Elo, Hipercard, InterPayment
    ("5018", "5018", range(13, 16)),  # Maestro
    ("5020", "5020", range(13, 16)),  # Maestro
    ("5038", "5038", range(13, 16)),  # Maestro
    ("5893", "5893", range(13, 16)),  # Maestro
    ("6304", "6304", range(13, 16)),  # Maestro
    ("6759", "6759", range(13, 16)),  # Maestro
    ("6761", "6763", range(13, 16)),  # Maestro
    ("81", "82", (16,)),  # RuPay
    ("810", "817", _SIXTEEN_TO_NINETEEN),  # UnionPay
    ("8600", "8600", (16,)),  # Uzcard
    ("9051", "9051", (16,)),  # ArCa (9, Armenia)
    ("9112", "9112", (16,)),  # Belkart (9, Belarus)
    ("9417", "9417", (16,)),  # Elcart (9, Kyrgyzstan)
    ("960046", "960046", (19,)),  # WEX
    ("9704", "9704", (16, 19)),  # NAPAS (9, Vietnam)
    ("9792", "9792", (16,)),  # Troy (9, Turkey)
    ("9860", "9860", (16,)),  # Humo (9, Uzbekistan)
)


def is_issued(digits: str) -> bool:
    """True if a network issues cards with these first digits and this length. The check digit is not checked."""
    return any(
        len(digits) in lengths and first <= digits[: len(first)] <= last for first, last, lengths in _RANGES
    ) and not (len(digits) == 13 and _is_article_number(digits))


def is_issued_and_no_id(digits: str) -> bool:
    """Returns the result of `is_issued`, but False for 15 digits that begin with 1.

    UATP cards have such numbers, but counters and account ids have them too.
    """
    return is_issued(digits) and not (len(digits) == 15 and digits.startswith("1"))


def _is_article_number(digits: str) -> bool:
    """True if the check digit of an EAN-13 number is correct."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return total % 10 == 0
