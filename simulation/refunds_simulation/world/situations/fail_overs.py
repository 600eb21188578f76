"""Situations in which the database loses writes, or one process waits for a majority that another one does not see."""

import asyncio

from refunds_simulation.callers.mistakes import share
from refunds_simulation.world.situations.scene import Scene

LONG_LAG_S, LAG_S, SOON_S = 8.0, 1.5, 0.05


async def answer_taken_away(scene: Scene) -> None:
    """One request reaches both apis while the secondaries lag; then the primary changes and the first api crashes.

    What the first api has written is gone, and nobody writes it again: no answer may have promised it.
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
    """Two requests for one payment are decided together, one of them under a key that another payment took just now.

    The other request has a key of its own and must not be refused with it.
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
