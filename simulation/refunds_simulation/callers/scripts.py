"""The scripts of the callers. Scripts run concurrently.

Each script has its own random stream, so leaving out one script does not change another script. To add a kind of
script, write a function here. Then add a line to `KINDS` with its weight and its minimum number of commands.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from random import Random
from typing import Any

from refunds.domain.payment.payment import Decision, LineItem, Refund
from refunds.domain.payment.states import Status
from refunds_simulation.callers.files import file
from refunds_simulation.callers.mistakes import many, mistake, shared_key
from refunds_simulation.callers.operators import browse, newcomer, settle
from refunds_simulation.callers.requests import Desk, Purchase, creation
from refunds_simulation.callers.stage import Script, Stage
from refunds_simulation.product.services import Api


async def refund_some(stage: Stage) -> None:
    """Makes a purchase, requests a few refunds of it, and follows them up.

    The refunds are requested at the same time or one after another.
    """
    seeded_random, purchase = stage.seeded_random, await stage.purchase()
    if purchase is None:
        return
    count = 1 + int(seeded_random.random() * 4)
    is_at_once = seeded_random.random() < 0.6
    works = [_one_refund(stage, purchase, index, count) for index in range(count)]
    if is_at_once:
        await asyncio.gather(*works)
        return
    for work in works:
        await work
        await asyncio.sleep(seeded_random.random() ** 3 * 900.0)


async def _one_refund(stage: Stage, purchase: Purchase, index: int, count: int) -> None:
    seeded_random, key = stage.seeded_random, stage.key(index)
    desk = stage.desk(f"shop{index % 2}", purchase.merchant)
    amount = max(1, int(purchase.amount * (0.3 + seeded_random.random()) / count))
    draw = seeded_random.random()
    lines: tuple[LineItem, ...] = ()
    if purchase.lines and seeded_random.random() < 0.6:
        lines = (seeded_random.choice(purchase.lines),)
        amount = lines[0].amount
    if draw < 0.1:
        await _draft(stage, desk, purchase, key, amount)
        return
    decision = await desk.create(purchase, key, None if draw > 0.95 and not lines else amount, lines=lines)
    if decision is not None:
        await _after(stage, desk, purchase, decision)


async def _draft(stage: Stage, desk: Desk, purchase: Purchase, key: str, amount: int) -> None:
    decision = await desk.create(purchase, key, amount, is_submitted=False)
    if decision is None:
        return
    works = [desk.submit(purchase.payment_id, decision.refund.id)]
    if stage.seeded_random.random() < 0.3:
        works.append(stage.desk("shop2", purchase.merchant).submit(purchase.payment_id, decision.refund.id))
    if stage.seeded_random.random() < 0.4:
        works.append(desk.cancel(purchase.payment_id, decision.refund.id))
    await asyncio.gather(*works)


async def _after(stage: Stage, desk: Desk, purchase: Purchase, decision: Decision) -> None:
    """Follows up a refund. May approve or reject the refund, read it or cancel it."""
    seeded_random, refund = stage.seeded_random, decision.refund
    if refund.status is Status.PENDING_APPROVAL or seeded_random.random() < 0.05:
        await asyncio.sleep(seeded_random.random() ** 2 * 600.0)
        if stage.is_harsh and seeded_random.random() < 0.3:
            await desk.decide(purchase.payment_id, refund.id, is_approved=True)
        await _decide(stage, purchase, refund.id)
    elif refund.status is Status.SUBMITTED:
        await asyncio.sleep(seeded_random.random() * 120.0)
        seen = await desk.read(purchase.payment_id, refund.id)
        if seen is not None and seen.status is Status.PENDING_APPROVAL:
            await _decide(stage, purchase, refund.id)
    if seeded_random.random() < 0.25:
        version = decision.payment.version if seeded_random.random() < 0.3 else None
        is_canceled = await desk.cancel(purchase.payment_id, refund.id, version)
        if is_canceled and seeded_random.random() < 0.4:
            await desk.cancel(purchase.payment_id, refund.id)
    if seeded_random.random() < 0.5:
        await _look_later(stage, desk, purchase, refund)


async def _look_later(stage: Stage, desk: Desk, purchase: Purchase, refund: Refund) -> None:
    """Reads the refund later. In harsh simulations, requests the refund again if it failed or was reversed."""
    await asyncio.sleep(stage.seeded_random.random() * 60.0)
    seen = await desk.read(purchase.payment_id, refund.id)
    if stage.is_harsh and seen is not None and seen.status in (Status.FAILED, Status.REVERSED):
        await desk.create(purchase, f"{refund.idempotency_key}_again", refund.amount)


async def _decide(stage: Stage, purchase: Purchase, refund_id: str) -> None:
    """Lets one, two or three approvers decide on the same refund. In harsh simulations, some of them click twice."""
    seeded_random, works = stage.seeded_random, []
    for number in range(1 + int(seeded_random.random() * 2.5)):
        desk = stage.desk(f"approver{number}", purchase.merchant)
        is_approved = seeded_random.random() < 0.8
        clicks = 2 if stage.is_harsh and seeded_random.random() < 0.3 else 1
        works += [desk.decide(purchase.payment_id, refund_id, is_approved=is_approved) for _ in range(clicks)]
    await asyncio.gather(*works)


async def double_click(stage: Stage) -> None:
    """Sends two requests with the same key from two programs. Sometimes the second request has another body."""
    seeded_random, purchase = stage.seeded_random, await stage.purchase(scale=0.4)
    if purchase is None:
        return
    key, amount = stage.key(0), max(1, purchase.amount // 2)
    first, second = stage.desk("shop0", purchase.merchant), stage.desk("shop1", purchase.merchant)
    if seeded_random.random() < 0.7:
        await asyncio.gather(first.create(purchase, key, amount), second.create(purchase, key, amount))
        await first.create(purchase, key, amount)
        return
    made = await first.create(purchase, key, amount)
    if made is not None:
        await _ask_otherwise(second, purchase, key, amount + 1, made.refund.id)


async def _ask_otherwise(desk: Desk, purchase: Purchase, key: str, amount: int, refund_id: str) -> None:
    """Sends the key again with another body. The product must always refuse this."""
    command = creation(purchase, key, amount)

    async def work(api: Api) -> object:
        return await api.create_refund(desk.principal, command)

    answer = await desk.caller.insist(desk.apis, "reuse_key", purchase.payment_id, work)
    if answer.is_ok:
        desk.promises.broken(purchase.payment_id, f"the key of {refund_id} was taken with another body")


async def crowd(stage: Stage) -> None:
    """Requests many refunds of one payment at the same time. Their sum exceeds the payment's amount."""
    seeded_random, purchase = stage.seeded_random, await stage.purchase(scale=2.0)
    if purchase is None:
        return
    amount = max(1, purchase.amount // 9)
    desks = [stage.desk(f"shop{index % 3}", purchase.merchant) for index in range(12)]
    amounts = [amount + int(seeded_random.random() * 3) for _ in desks]
    await asyncio.gather(
        *(
            desk.create(purchase, stage.key(index), asked)
            for index, (desk, asked) in enumerate(zip(desks, amounts, strict=True))
        )
    )


PARAMETERS: Mapping[str, Sequence[object]] = {
    "auto_approval_below": ({"USD": 50_000}, {"USD": 20_000, "JPY": 30_000}),
    "approvals_required": (1, 2),
    "refund_window_days": (90, 120, 30),
    "gateway_attempts_max": (3, 5, 8),
    "gateway_retry_delays_s": ((3, 9, 27, 81, 243), (1, 2, 4), (30, 60)),
    "gateway_status_ask_delay_s": (10, 30, 120),
    "gateway_pending_ask_delay_s": (300, 900),
    "gateway_lease_s": (30, 45),
    "gateway_wait_max_s": (3_600, 259_200),
}


async def change_parameter(stage: Stage) -> None:
    """Changes a parameter of a merchant or of the platform, twice, while refunds are in progress."""
    seeded_random, names = stage.seeded_random, list(PARAMETERS)
    for _ in range(2):
        name = seeded_random.choice(names)
        tenant = stage.merchant().id if seeded_random.random() < 0.7 else "platform"
        await stage.set_parameter(stage, name, tenant, seeded_random.choice(PARAMETERS[name]))
        await asyncio.sleep(seeded_random.random() * 30.0)


COMMANDS_PER_HOUR_MIN, COMMANDS_PLANNED = 50, 32
"""Two limits: an hour with fewer commands than the first one gets more at its end; the second one is planned."""


LAST_CALL_S = 10.0
"""All missing commands are sent this number of seconds before the hour ends, even if answers are slow."""


async def top_up(stage: Stage) -> None:
    """Refunds one purchase after another until the hour has enough commands.

    Shortly before the hour ends, sends all commands that are still missing.
    """
    loop = stage.admin.edge.loop
    hour = int(loop.time() // 3600)
    refunding = asyncio.ensure_future(_refund_until_enough(stage, hour))
    await asyncio.sleep((hour + 1) * 3600.0 - LAST_CALL_S - loop.time())
    await asyncio.gather(refunding, *(stage.purchase(scale=0.3) for _ in range(_missing(stage, hour))))


def _missing(stage: Stage, hour: int) -> int:
    """Returns the number of commands that the hour still needs."""
    return max(0, COMMANDS_PER_HOUR_MIN - stage.admin.counts.commands_by_hour.get(hour, 0))


async def _refund_until_enough(stage: Stage, hour: int) -> None:
    for _ in range(COMMANDS_PER_HOUR_MIN):
        if not _missing(stage, hour):
            return
        purchase = await stage.purchase(scale=0.3)
        if purchase is not None:
            desk, amount = stage.desk("shop0", purchase.merchant), max(1, purchase.amount // 3)
            keys = [stage.key(f"{purchase.payment_id}_{index}") for index in range(2)]
            await asyncio.gather(*(desk.create(purchase, key, amount) for key in keys))


Run = Callable[[Stage], Coroutine[Any, Any, None]]

KINDS: Mapping[str, tuple[Run, float, int]] = {
    "refund_some": (refund_some, 0.46, 4),
    "double_click": (double_click, 0.15, 3),
    "crowd": (crowd, 0.07, 13),
    "file": (file, 0.06, 13),
    "change_parameter": (change_parameter, 0.05, 2),
    "browse": (browse, 0.04, 1),
    "settle": (settle, 0.04, 1),
    "newcomer": (newcomer, 0.02, 3),
    "mistake": (mistake, 0.05, 4),
    "shared_key": (shared_key, 0.04, 6),
    "many": (many, 0.02, 13),
    "top_up": (top_up, 0.0, 0),
}
"""Maps each kind of script to its function, its weight and its minimum number of commands."""

BURST_S, FIRST_S, SPAN_S, LAST_S = 240.0, 60.0, 3_000.0, 3_400.0
"""In seconds: length of a burst, first burst of an hour, span of the bursts, latest start of a script."""

TOP_UP_AT_S = 3_420.0


def plan(seeded_random: Random, hours: int) -> list[Script]:
    """Returns the scripts for `hours` hours.

    Each hour has one or two bursts of scripts, with quiet time between them.
    """
    scripts: list[Script] = []
    for hour in range(hours):
        start_s = hour * 3600.0
        bursts = [FIRST_S + seeded_random.random() * SPAN_S for _ in range(1 + int(seeded_random.random() * 2))]
        scripts.append(Script(number=len(scripts), at_s=start_s + TOP_UP_AT_S, kind="top_up"))
        planned = 0
        while planned < COMMANDS_PLANNED:
            kind = _drawn(seeded_random.random())
            at_s = min(seeded_random.choice(bursts) + seeded_random.random() ** 2 * BURST_S, LAST_S)
            scripts.append(Script(number=len(scripts), at_s=start_s + at_s, kind=kind))
            planned += KINDS[kind][2]
    return scripts


def _drawn(draw: float) -> str:
    for kind, (_, weight, _) in KINDS.items():
        draw -= weight
        if draw < 0:
            return kind
    return next(iter(KINDS))
