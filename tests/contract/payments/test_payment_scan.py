"""What the walk over all payments promises (`ports.payments.payment_scan`), on both databases alike."""

from tests.support.adapters.sides import Side

from refunds.domain.payment.payment import Work


async def test_pages_follow_each_other_by_id_and_end(side: Side) -> None:
    made = await side.shop.busy_hour(5)

    first = await side.scan.page("", 3)
    second = await side.scan.page(first.scanned_to, 3)
    third = await side.scan.page(second.scanned_to, 3)

    assert sorted(p.id for p in (*first.stored, *second.stored)) == sorted(payment.id for payment in made)
    assert (first.scanned_to, second.scanned_to) == (max(p.id for p in first.stored), max(p.id for p in second.stored))
    assert (third.stored, third.scanned_to) == ([], "")
    assert not first.unreadable


async def test_payments_are_found_by_their_ids_and_by_those_of_the_gateway(side: Side) -> None:
    one, other, _ = await side.shop.busy_hour(3)

    by_ids = await side.scan.by_ids([other.id, one.id, "pay_none"])
    page = await side.scan.page_of([one.id])
    at_gateway = await side.scan.by_gateway_ids("sandbox", [other.gateway_payment_id, "none"])
    elsewhere = await side.scan.by_gateway_ids("stripe", [other.gateway_payment_id])

    assert {found.id for found in by_ids} == {one.id, other.id}
    assert [found.id for found in page.stored] == [one.id]
    assert ([found.id for found in at_gateway], list(elsewhere)) == ([other.id], [])


async def test_page_shows_what_was_written_before_that_moment(side: Side) -> None:
    payment = await side.shop.capture()
    moment = await side.models.moment()

    page = await side.scan.page("", 10, not_before=moment)

    assert [found.id for found in page.stored] == [payment.id]


async def test_claimed_payment_shows_its_claim_until_the_next_write(side: Side) -> None:
    payment = await side.shop.capture()
    refund = await side.shop.refund(payment)
    assert refund.due_at is not None

    await side.shop.payments.claim_due(refund.due_for or Work.GATEWAY, refund.due_at, 60.0, 10)
    (claimed,) = await side.scan.by_ids([payment.id])
    await side.shop.settle(payment, refund)
    (settled,) = await side.scan.by_ids([payment.id])

    assert (claimed.is_claimed, settled.is_claimed) == (True, False)
    assert claimed.due_at is not None
    assert claimed.due_at > refund.due_at


async def test_both_databases_hold_the_same_after_the_same_writes(both: tuple[Side, Side]) -> None:
    pages = []
    for side in both:
        made = await side.shop.busy_hour(6)
        await side.shop.settle_unheard(made[0], await side.shop.refund(made[0], 5))
        pages.append((await side.scan.page("", 100)).stored)

    assert len(pages[0]) == 6
    assert pages[0] == pages[1]
