"""What the pages of the audit log promise (`ports.audit.audit_records`), on both databases alike."""

from tests.support.adapters.shop import path_of
from tests.support.adapters.sides import Side

from refunds.domain.audit.hash_chain import ChainHead, first_break
from refunds.domain.tenancy import Tenant, TenantKind


def merchant(number: int) -> Tenant:
    """One of the shop's merchants."""
    name = f"mer_{number}"
    return Tenant(id=name, kind=TenantKind.MERCHANT, parent_id="org_1", name=name, path=path_of(name))


async def test_chain_is_read_page_by_page_and_in_order(side: Side) -> None:
    await side.shop.busy_hour(4)
    await side.relay()

    first = await side.audit_records.of_chain(merchant(0), 0, 5)
    rest = await side.audit_records.of_chain(merchant(0), 5, 1_000)

    last = rest[-1].link
    assert len(first) == 5
    assert (
        first_break([each.link for each in (*first, *rest)], ChainHead(chain="mer_0", seq=last.seq, hash=last.hash))
        is None
    )


async def test_records_of_one_subject_are_found_in_their_own_chain_alone(side: Side) -> None:
    made = await side.shop.busy_hour(2)
    await side.relay()

    mine = await side.audit_records.of_subject(merchant(0), made[0].id, 2, 3)
    elsewhere = await side.audit_records.of_subject(merchant(1), made[0].id, 0, 3)

    assert [each.link.seq for each in mine] == [3, 4, 5]
    assert {each.entry.subject for each in mine} == {made[0].id}
    assert list(elsewhere) == []


async def test_both_databases_chain_the_same_records_to_the_same_hashes(both: tuple[Side, Side]) -> None:
    pages = []
    for side in both:
        await side.shop.busy_hour(6)
        await side.relay()
        pages.append([await side.audit_records.of_chain(merchant(number), 0, 1_000) for number in range(4)])

    assert pages[0] == pages[1]
    assert sum(map(len, pages[0])) > 50
