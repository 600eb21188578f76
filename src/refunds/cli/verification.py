"""The result of checking all invariants, and how it is told."""

from collections.abc import Iterator

import msgspec

from refunds.cli.answers import money

VIOLATIONS_SHOWN_MAX = 20


class Check(msgspec.Struct, kw_only=True, frozen=True):
    """One invariant, over how many things it was checked, and each that breaks it as a line."""

    name: str
    checked: int
    violations: tuple[str, ...] = ()


class LedgerSum(msgspec.Struct, kw_only=True, frozen=True):
    """The ledger's sums of one currency in minor units; the two accounts sum to zero."""

    currency: str
    entries: int
    gateway_amount: int
    merchant_amount: int


class Verification(msgspec.Struct, kw_only=True, frozen=True):
    """All invariants over the whole database and the gateway's books."""

    checks: tuple[Check, ...]
    sums: tuple[LedgerSum, ...]

    @property
    def is_clean(self) -> bool:
        """Whether every invariant holds."""
        return not any(check.violations for check in self.checks)


def verification_lines(verification: Verification) -> Iterator[str]:
    """The result for people, a line for each check, sum and violation."""
    for check in verification.checks:
        mark = "✗" if check.violations else "✓"
        yield f"{mark} {check.name} ({check.checked:,} checked)"
        for violation in check.violations[:VIOLATIONS_SHOWN_MAX]:
            yield f"    {violation}"
    for total in verification.sums:
        yield (
            f"ledger {total.currency}: gateway {money(total.gateway_amount, total.currency)}, "
            f"merchants {money(total.merchant_amount, total.currency)}, "
            f"sum {total.gateway_amount + total.merchant_amount} ({total.entries:,} entries)"
        )
    yield "All invariants hold." if verification.is_clean else "NOT all invariants hold."
