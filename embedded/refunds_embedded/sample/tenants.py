"""Contains the sample's 3 banks, 6 programs, 12 organizations and 40 merchants, with their parameters.

The tenants and parameters are the same for every seed. Each program has one currency.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from refunds.domain.tenancy import PLATFORM, TenantKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTenant:
    """A tenant to add."""

    id: str
    kind: TenantKind
    parent_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleMerchant:
    """A merchant with its currency. An admin of `organization_id` approves its refunds."""

    id: str
    name: str
    organization_id: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleParameter:
    """A parameter value to set for a tenant."""

    name: str
    tenant_id: str
    value: int | tuple[int, ...] | dict[str, int]


_BANKS = ("Harbor National Bank", "Banque du Lac", "Pearl Gulf Bank")

_PROGRAMS = (
    (0, "Harbor Consumer Cards", "USD"),
    (0, "Harbor Business Acquiring", "USD"),
    (1, "Lac Euro Acquiring", "EUR"),
    (1, "Lac Sterling Acquiring", "GBP"),
    (2, "Pearl Yen Acquiring", "JPY"),
    (2, "Pearl Dinar Acquiring", "KWD"),
)

_ORGANIZATIONS = (
    (0, "Cedar & Finch Retail", ("Cedar & Finch Online", "Cedar & Finch Outlet", "Finch Home")),
    (0, "Trailhead Outdoors", ("Trailhead Gear", "Trailhead Rentals", "Summit Lodge", "Basecamp")),
    (1, "Brightwell Software", ("Brightwell Cloud", "Brightwell Academy", "Inkwell Notes")),
    (1, "Maple Street Markets", ("Maple Groceries", "Maple Pharmacy", "Maple Garden")),
    (2, "Atelier Rivoli", ("Rivoli Mode", "Rivoli Maison", "Rivoli Enfants", "Rivoli Bijoux")),
    (2, "Nordlicht Reisen", ("Nordlicht Flüge", "Nordlicht Hotels", "Nordlicht Bahn")),
    (3, "Albion Books", ("Albion Books Online", "Albion Stationery", "Quill & Page")),
    (3, "Thames Electricals", ("Thames Appliances", "Thames Audio", "Thames Repairs")),
    (4, "Sakura Lifestyle", ("Sakura Kitchen", "Sakura Beauty", "Sakura Tea", "Sakura Toys")),
    (4, "Kaze Mobility", ("Kaze Bikes", "Kaze Parts", "Kaze Tours")),
    (5, "Al Noor Stores", ("Al Noor Fashion", "Al Noor Perfumes", "Al Noor Kids", "Noor Gifts")),
    (5, "Dana Marine", ("Dana Charters", "Dana Diving", "Dana Marina Shop")),
)

SHORT_WAITS: tuple[SampleParameter, ...] = tuple(
    SampleParameter(name=name, tenant_id=PLATFORM, value=value)
    for name, value in (
        ("gateway_status_ask_delay_s", 1),
        ("gateway_pending_ask_delay_s", 2),
        ("gateway_retry_delays_s", (1, 1, 2, 2, 3)),
        ("gateway_rate_limit_delay_s", 1),
        ("gateway_lease_s", 15),
        ("gateway_attempts_max", 3),
    )
)
"""Parameter values that keep waits short. They are needed because each new submission doubles the wait before it."""

APPROVAL_FROM = {"JPY": {"USD": 100_000, "JPY": 120_000}, "KWD": {"USD": 100_000, "KWD": 250_000}}
"""Maps a program's currency to the amounts from which refunds need approval, in minor units by currency."""


def _id(prefix: str, number: int) -> str:
    return f"{prefix}_sample{number + 1:02d}"


def tenants() -> Iterator[SampleTenant]:
    """Yields all tenants. Parents come before their children."""
    for number, name in enumerate(_BANKS):
        yield _tenant(TenantKind.BANK, _id("bnk", number), PLATFORM, name)
    for number, (bank, name, _) in enumerate(_PROGRAMS):
        yield _tenant(TenantKind.PROGRAM, _id("prg", number), _id("bnk", bank), name)
    for number, (program, name, _) in enumerate(_ORGANIZATIONS):
        yield _tenant(TenantKind.ORGANIZATION, _id("org", number), _id("prg", program), name)
    for merchant in merchants():
        yield _tenant(TenantKind.MERCHANT, merchant.id, merchant.organization_id, merchant.name)


def _tenant(kind: TenantKind, tenant_id: str, parent_id: str, name: str) -> SampleTenant:
    return SampleTenant(id=tenant_id, kind=kind, parent_id=parent_id, name=name)


def merchants() -> tuple[SampleMerchant, ...]:
    """Returns all merchants, in a fixed order."""
    named = [
        (number, name, _PROGRAMS[program][2])
        for number, (program, _, names) in enumerate(_ORGANIZATIONS)
        for name in names
    ]
    return tuple(
        SampleMerchant(
            id=_id("mer", number),
            name=name,
            organization_id=_id("org", organization),
            currency=currency,
        )
        for number, (organization, name, currency) in enumerate(named)
    )


def branch_of(merchant: SampleMerchant) -> tuple[SampleTenant, ...]:
    """Returns the tenants from the merchant's bank down to the merchant."""
    by_id = {tenant.id: tenant for tenant in tenants()}
    branch = [by_id[merchant.id]]
    while branch[0].parent_id in by_id:
        branch.insert(0, by_id[branch[0].parent_id])
    return tuple(branch)


def parameters() -> tuple[SampleParameter, ...]:
    """Returns the parameter values of the sample.

    The platform gets short waiting times. Programs in yen and dinar get approval limits below the defaults.
    """
    limits = (
        SampleParameter(
            name="auto_approval_below",
            tenant_id=_id("prg", number),
            value=APPROVAL_FROM[currency],
        )
        for number, (_, _, currency) in enumerate(_PROGRAMS)
        if currency in APPROVAL_FROM
    )
    return (*SHORT_WAITS, *limits)
