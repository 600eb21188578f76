"""Situations in which gateways answer status queries from outdated books, or report a success to nobody."""

from refunds.adapters.memory.gateway.gateway_habits import Habits
from refunds_simulation.product.arranged_gateway import Arrangement
from refunds_simulation.world.situations.scene import Scene

REFUNDS = 3
CHANGED_WITHIN_S = 120.0
BEHIND_MIN_S, BEHIND_SPREAD_S = 90.0, 210.0
UNSEEN_MAX_S = 150.0
"""For at most this number of seconds, queries do not find a refund. They find it earlier if its repeat is refused."""

CHANGING = (
    Habits(late_failure=1.0, delay_s=CHANGED_WITHIN_S),
    Habits(pending=1.0, pending_fail=1.0, contradict=1.0, delay_s=CHANGED_WITHIN_S),
    Habits(late_failure=1.0, contradict=1.0, delay_s=CHANGED_WITHIN_S),
)


async def books_outdated(scene: Scene) -> None:
    """Lets refunds fail late or succeed after a failure. For a while, status queries still show the earlier status."""
    seeded_random = scene.stage.seeded_random
    behind_s = BEHIND_MIN_S + BEHIND_SPREAD_S * seeded_random.random()
    await _refunds(scene, Arrangement(habits=seeded_random.choice(CHANGING), books_behind_s=behind_s))


async def success_unreported(scene: Scene) -> None:
    """Lets refunds succeed without answer or webhook. Queries find them late, and repeats are refused."""
    habits = Habits(lag=1.0, lag_s=UNSEEN_MAX_S, unseen_unanswered=1.0, refuse_repeats=1.0)
    await _refunds(scene, Arrangement(habits=habits, is_mute=True))


async def _refunds(scene: Scene, arrangement: Arrangement) -> None:
    stage = scene.stage
    for number in range(REFUNDS):
        purchase = await stage.purchase(scale=0.4)
        if purchase is None or not scene.gateway(purchase).reports_time:
            continue
        scene.gateway(purchase).arranged[scene.payment(purchase).gateway_payment_id] = arrangement
        desk = stage.desk("shop0", purchase.merchant)
        await desk.create(purchase, stage.key(number), max(1, purchase.amount // 3))
