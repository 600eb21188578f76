"""Scripts of people who page through lists, reconcile refunds in doubt, or add a merchant."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from refunds.domain.attempt.reconciliation import Resolution
from refunds.domain.tenancy import Tenant, TenantKind
from refunds.ports.projections.refund_lists import RefundRow
from refunds_simulation.callers.stage import Stage
from refunds_simulation.machine.edge import Answer
from refunds_simulation.product.screens import InDoubt
from refunds_simulation.product.services import Api

LISTED_FOR = timedelta(hours=2)
PAGES_MAX, SETTLED_MAX = 12, 3
PARENT = "org_one"


async def browse(stage: Stage) -> None:
    """Pages through a merchant's latest refunds as a person would.

    Every refund that was listed before must appear once, and the refunds must be sorted.
    """
    merchant, since = stage.merchant(), stage.clock.now() - LISTED_FOR
    desk, listed = stage.desk("support", merchant), stage.screens.listed(merchant.id, since)
    shown: list[RefundRow] = []
    cursor = ""
    for _ in range(PAGES_MAX):
        page = await desk.page(merchant.id, since, cursor)
        if page is None:
            return
        shown += page.rows
        cursor = page.next_cursor
        if not cursor:
            desk.promises.listed(merchant.id, listed, shown)
            return
        await asyncio.sleep(stage.seeded_random.random())
    desk.promises.listed(merchant.id, (), shown)


async def settle(stage: Stage) -> None:
    """An operator reconciles refunds that are in doubt.

    The operator asks for another status query, or records the result that the gateway's books show.
    """
    seeded_random = stage.seeded_random
    for doubted in stage.screens.in_doubt()[-SETTLED_MAX:]:
        desk = stage.desk("operator", doubted.merchant)
        await asyncio.sleep(seeded_random.random() * 5.0)
        await desk.settle(doubted, _order(doubted, seeded_random.random()))
    sound = stage.screens.not_in_doubt(seeded_random)
    if sound is not None:
        await stage.desk("operator", sound.merchant).settle(sound, Resolution.FAILED)


def _order(doubted: InDoubt, draw: float) -> Resolution:
    return doubted.shown if doubted.shown is not None and draw < 0.7 else Resolution.ASK_AGAIN


async def newcomer(stage: Stage) -> None:
    """Adds a merchant and at once records payments and requests refunds for it.

    Some processes have not loaded the merchant yet when the requests arrive.
    """
    tenant_id = f"mer_new_{stage.script.number}"

    async def work(api: Api) -> object:
        return await api.add_tenant(stage.root, TenantKind.MERCHANT, PARENT, tenant_id, tenant_id)

    is_uncertain = False

    def on_answer(answer: Answer) -> None:
        nonlocal is_uncertain
        is_uncertain = is_uncertain or not answer.is_known

    desk = stage.desk("admin", stage.merchants[0])
    answer = await stage.admin.insist(desk.apis, "add_tenant", tenant_id, work, on_answer)
    if answer.outcome == "AlreadyExists" and not is_uncertain:
        desk.promises.broken("", f"{tenant_id} was refused as if it were there before it was added")
    if answer.outcome not in ("ok", "AlreadyExists"):
        return
    desk.promises.tenants[tenant_id] = None
    merchant = _merchant(tenant_id, stage.merchants)
    stage.added(merchant)
    for number in range(2):
        purchase = await stage.purchase(merchant, 0.4)
        if purchase is not None:
            of = stage.desk("shop0", merchant)
            await of.create(purchase, stage.key(number), max(1, purchase.amount // 2))


def _merchant(tenant_id: str, others: Sequence[Tenant]) -> Tenant:
    path = (*others[0].path[:-1], tenant_id)
    return Tenant(id=tenant_id, kind=TenantKind.MERCHANT, parent_id=PARENT, name=tenant_id, path=path)
