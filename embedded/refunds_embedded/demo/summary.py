"""Counts the refunds by status, payment method and gateway, and adds up their amounts by currency."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from rich.table import Table

from refunds.cli.views.output import table_of
from refunds.domain.money import to_decimal_text
from refunds.domain.payment.states import Status
from refunds_embedded.demo.waiting import Ended

NO_GATEWAY = "none yet"
_ORDER = {status.value: number for number, status in enumerate(Status)}


class TallyRow(msgspec.Struct, kw_only=True, frozen=True):
    """The number of refunds with the same status, method and gateway.

    `amounts` has the sum of these refunds' amounts for each currency, in minor units.
    """

    status: str
    method: str
    gateway: str
    refunds: int
    amounts: dict[str, int]


def tally(ended: Iterable[Ended]) -> tuple[TallyRow, ...]:
    """Returns one row for each status, method and gateway. Statuses are in the order of a refund's life cycle."""
    groups: dict[tuple[str, str, str], list[Ended]] = defaultdict(list)
    for one in ended:
        attempts = one.refund.attempts
        gateway = attempts[-1].gateway if attempts else NO_GATEWAY
        groups[one.refund.status, one.sent.payment.method.value, gateway].append(one)
    keys = sorted(groups, key=lambda key: (_ORDER.get(key[0], len(_ORDER)), *key[1:]))
    return tuple(_row(key, groups[key]) for key in keys)


def _row(key: tuple[str, str, str], ended: Sequence[Ended]) -> TallyRow:
    status, method, gateway = key
    amounts: dict[str, int] = defaultdict(int)
    for one in ended:
        amounts[one.refund.currency] += one.refund.amount
    return TallyRow(
        status=status,
        method=method,
        gateway=gateway,
        refunds=len(ended),
        amounts=dict(sorted(amounts.items())),
    )


def counts_table(rows: Sequence[TallyRow]) -> Table:
    """Returns a table with the numbers of refunds by status and gateway. Each payment method has its own column."""
    methods = sorted({row.method for row in rows})
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        counts.setdefault((row.status, row.gateway), {})[row.method] = row.refunds
    lines = [
        (*key, *(_count(of.get(method, 0)) for method in methods), f"{sum(of.values()):,}")
        for key, of in counts.items()
    ]
    heads = ("status", "gateway", *(f">{method}" for method in methods), ">all")
    return table_of(heads, lines, "Refunds by status, gateway and payment method")


def amounts_table(rows: Sequence[TallyRow]) -> Table:
    """Returns a table with the amounts by status and gateway. Each currency has its own column."""
    currencies = sorted({currency for row in rows for currency in row.amounts})
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        of = sums.setdefault((row.status, row.gateway), defaultdict(int))
        for currency, amount in row.amounts.items():
            of[currency] += amount
    lines = [(*key, *(_amount(of.get(currency, 0), currency) for currency in currencies)) for key, of in sums.items()]
    heads = ("status", "gateway", *(f">{currency}" for currency in currencies))
    return table_of(heads, lines, "Amounts by status, gateway and currency")


def _count(count: int) -> str:
    return f"{count:,}" if count else "·"


def _amount(amount: int, currency: str) -> str:
    whole, dot, fraction = to_decimal_text(amount, currency).partition(".")
    return f"{int(whole):,}{dot}{fraction}" if amount else "·"
