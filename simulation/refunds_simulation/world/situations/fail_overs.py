"""Situations in which a fail-over loses writes, or a write waits for a majority while other requests arrive."""

import asyncio

from refunds_simulation.callers.mistakes import share
from refunds_simulation.world.situations.scene import Scene

LONG_LAG_S, LAG_S, SOON_S = 8.0, 1.5, 0.05


async def answer_taken_away(scene: Scene) -> None:
    """Sends one request to both apis while the secondaries lag. Then the primary changes and the first api crashes.

    What the first api wrote is lost, and nobody writes it again. So no answer may have promised it.
    """
    stage = scene.stage
    purchase = await stage.purchase(scale=0.4)
    if purchase is None:
        return
    (first, second), amount, key = scene.apis(), max(1, purchase.amount // 3), stage.key("both")
    fast = scene.lag(LONG_LAG_S)
    asked = [asyncio.ensure_future(scene.desk_at(first, "shop0", purchase).create(purchase, key, amount))]
    await asyncio.sleep(SOON_S + stage.seeded_random.random() * 0.5)
    asked.append(asyncio.ensure_future(scene.desk_at(second, "shop1", purchase).create(purchase, key, amount)))
    await asyncio.sleep(SOON_S + stage.seeded_random.random())
    scene.fail_over()
    scene.crash([first])
    fast()
    await asyncio.gather(*asked)


async def keys_collide(scene: Scene) -> None:
    """Sends two requests for one payment that are decided together. One has a key that another payment takes.

    The other request has its own key, so it must not be refused because of the first.
    """
    stage, merchant = scene.stage, scene.stage.merchant()
    bought = [await stage.purchase(merchant, 0.4), await stage.purchase(merchant, 0.4)]
    here, there = bought
    if here is None or there is None:
        return
    (at, other), key, amount = scene.apis(), stage.key("shared"), max(1, here.amount // 5)
    fast = scene.lag(LAG_S)
    works = [scene.desk_at(at, "shop0", here).create(here, stage.key("busy"), amount)]
    asked = [asyncio.ensure_future(work) for work in works]
    await asyncio.sleep(SOON_S)
    both = [
        share(scene.desk_at(at, "shop0", here), here, key),
        scene.desk_at(at, "shop1", here).create(here, stage.key("beside"), amount),
    ]
    stage.seeded_random.shuffle(both)
    await asyncio.sleep(SOON_S)
    await asyncio.gather(*asked, *both, share(scene.desk_at(other, "shop2", there), there, key))
    fast()
