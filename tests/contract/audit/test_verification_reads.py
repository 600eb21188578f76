"""What verification's reads promise (`ports.audit.verification_reads`): both databases show the same after one tale."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from tests.support.adapters.shop import path_of
from tests.support.adapters.sides import Side
from tests.support.copies import replace

from refunds.domain.audit.hash_chain import ChainHead, first_break
from refunds.domain.tenancy import ALL_TENANTS, Tenant, TenantKind
from refunds.ports.audit.verification_reads import VerificationReads
from refunds.ports.payments.payment_scan import Unreadable
from refunds.texts.finding_lines import line_of


async def all_rows(reads: VerificationReads) -> object:
    return await reads.rows([named.id for named in await reads.listed_after("", 1_000)])


async def all_entries(reads: VerificationReads) -> object:
    entries = await reads.entries([named.id for named in await reads.posted_after("", 1_000)])
    return sorted(entries, key=lambda entry: entry.id)


async def named(reads: VerificationReads) -> object:
    first = await reads.listed_after("", 5)
    rest = await reads.listed_after(first[-1].id, 7)
    posted = await reads.posted_after("", 5)
    return [*first, *rest], [*posted, *await reads.posted_after(posted[-1].id, 3)]


async def days(reads: VerificationReads) -> object:
    first = await reads.roll_ups("", 1)
    return [*first, *await reads.roll_ups(first[0].id, 100)]


async def sums(reads: VerificationReads) -> object:
    return await reads.ledger_sums(), await reads.rows_count(), await reads.records_count()


async def chains(reads: VerificationReads) -> object:
    heads = list(await reads.heads("", 2))
    heads += await reads.heads(heads[-1].chain, 100)
    links = [await reads.links(head, 2, 4) for head in heads]
    stored = await reads.stored_at([*heads, replace(heads[0], seq=10**6)])
    return heads, links, sorted(stored, key=lambda head: head.chain)


async def audited_settings_of(reads: VerificationReads) -> object:
    return sorted(await reads.audited_settings())


async def keys(reads: VerificationReads) -> object:
    return list(map(line_of, await reads.repeated_keys(10)))


async def audited(reads: VerificationReads) -> object:
    first = await reads.audited_after("", 5)
    return [*first, *await reads.audited_after(first[-1].id, 1_000)]


READS: Sequence[Callable[[VerificationReads], Awaitable[object]]] = (
    all_rows,
    all_entries,
    named,
    days,
    sums,
    chains,
    audited_settings_of,
    keys,
    audited,
)


@pytest.fixture
async def archives(both: tuple[Side, Side]) -> tuple[VerificationReads, VerificationReads]:
    """Both after the same busy hour, with a tenant that was added."""
    for side in both:
        added = Tenant(id="mer_7", kind=TenantKind.MERCHANT, parent_id="org_1", name="Seven", path=path_of("mer_7"))
        await side.tenants.add(ALL_TENANTS, added)
        await side.shop.busy_hour(6)
        await side.relay()
    return both[0].reads, both[1].reads


async def test_both_databases_show_the_same_after_the_same_events(
    archives: tuple[VerificationReads, VerificationReads],
) -> None:
    for read in READS:
        simulated, real = await read(archives[0]), await read(archives[1])

        assert simulated == real, read.__name__
        assert simulated or read is keys


async def test_records_of_a_payment_are_all_that_it_published(side: Side) -> None:
    made = await side.shop.busy_hour(2)
    await side.relay()

    records = await side.reads.records([made[0].id])

    assert {record.subject for record in records} == {made[0].id}
    assert sorted(record.version for record in records) == list(range(1, len(records) + 1))


async def test_chain_of_links_is_unbroken_up_to_its_head(side: Side) -> None:
    await side.shop.busy_hour(4)
    await side.relay()

    heads = await side.reads.heads("", 100)

    assert len(heads) == 3
    for head in heads:
        assert first_break(await side.reads.links(head, 0, 1_000), head) is None
        assert not await side.reads.links(ChainHead(chain=head.chain, seq=1, hash=head.hash), 1, 10)


async def test_archive_is_caught_up_once_the_relay_has_applied_everything(side: Side) -> None:
    await side.shop.busy_hour(1)

    before = await side.reads.caught_up(0.1)
    await side.relay()
    payment = await side.shop.capture()
    behind = await side.reads.caught_up(0.1)

    assert (before, behind) == (False, False)
    assert payment.version == 1


async def test_quarantine_shows_who_waits_with_which_versions(side: Side) -> None:
    await side.shop.busy_hour(1)
    changes: Any = await side.feed(500).take(await side.models.position())
    change = changes.changes[0]
    now = side.shop.clock.now()
    await side.quarantine_store.put([Unreadable(payment_id="pay_1", reason="KeyError: x")], [], now)
    await side.quarantine_store.put([Unreadable(payment_id=change.payment_id, reason="why")], [change], now)

    waiting = await side.reads.waiting("", 10)
    after_first = await side.reads.waiting(waiting[0].id, 10)

    assert [(each.payment_id, each.reason, list(each.versions)) for each in waiting] == sorted(
        [("pay_1", "KeyError: x", []), (change.payment_id, "why", [change.version])]
    )
    assert [each.id for each in after_first] == [waiting[1].id]
    assert set(await side.reads.waiting_of(["pay_1", "pay_2"])) == {"pay_1"}
    assert waiting[0].since.startswith(str(now.date()))
