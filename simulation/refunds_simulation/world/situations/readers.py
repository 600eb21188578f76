"""Situations in which a reader of the feed is overtaken by another, or crashes while its quarantine is full."""

from collections.abc import Callable

from refunds_simulation.callers.requests import Purchase
from refunds_simulation.world.situations.scene import Scene

APPLY, EMPTY = ("mongo.read_models.apply", 0), ("mongo.read_models.empty_spare", 2)
"""Operations, and how many calls of them come first: two calls find that the spare generation is empty already."""

PAUSED_WITHIN_S, TAKEN_OVER_WITHIN_S, REBUILT_WITHIN_S = 600.0, 1_200.0, 1_500.0
LOOK_S = 30.0
REFUNDS_PER_PURCHASE = 3
"""The number is small, because people decide a payment's refunds one by one, in at most three rounds."""

UNREADABLE = 4
"""Number of payments that become unreadable together. It is more than the quarantine accepts."""


async def reader_overtaken(scene: Scene) -> None:
    """Pauses the leading reader in a write until another has taken over and rebuilt the read models.

    The reader is paused while it applies changes, or while it empties the generation that the rebuild replaced.
    """
    leader, is_emptying = scene.leader(), scene.stage.seeded_random.random() < 0.5
    if leader is None:
        return
    is_paused, resume = scene.pause_at(leader, *(EMPTY if is_emptying else APPLY))
    if is_emptying:
        scene.rebuild()
    busy = _Busy(scene)
    await busy.until(is_paused, PAUSED_WITHIN_S)
    before = scene.position()
    if is_paused():
        await busy.until(lambda: scene.position().holder != before.holder, TAKEN_OVER_WITHIN_S)
        scene.rebuild()
        await busy.until(lambda: scene.position().generation > before.generation, REBUILT_WITHIN_S)
        await busy.until(lambda: scene.position().is_spare_empty, REBUILT_WITHIN_S)
        if scene.position().generation > before.generation and is_paused():
            scene.world.note("reader overtaken by a rebuild")
    resume()


class _Busy:
    """Refunds parts of one purchase after another, so that readers always have something to read."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._purchase: Purchase | None = None
        self._count = 0

    async def until(self, is_so: Callable[[], bool], within_s: float) -> None:
        """Refunds until `is_so` returns True, or until that time has passed."""
        loop = self._scene.world.loop
        end_s = loop.time() + within_s
        while loop.time() < end_s and not self._scene.is_over:
            await self._refund()
            if await self._scene.until(is_so, LOOK_S):
                return

    async def _refund(self) -> None:
        stage = self._scene.stage
        if self._count % REFUNDS_PER_PURCHASE == 0:
            self._purchase = await stage.purchase(scale=0.3)
        self._count += 1
        purchase = self._purchase
        if purchase is not None:
            amount = max(1, purchase.amount // (2 * REFUNDS_PER_PURCHASE))
            await stage.desk("shop0", purchase.merchant).create(purchase, stage.key(f"busy{self._count}"), amount)


async def quarantine_overflows(scene: Scene) -> None:
    """Makes more payments unreadable than the quarantine accepts. Both readers crash. Then all are readable again."""
    stage = scene.stage
    bought = [await stage.purchase(scale=0.4) for _ in range(UNREADABLE)]
    purchases = [purchase for purchase in bought if purchase is not None]
    readable = scene.unreadable(purchases)
    for number, purchase in enumerate(purchases):
        await stage.desk("shop0", purchase.merchant).create(purchase, stage.key(number), max(1, purchase.amount // 3))
    await scene.until(lambda: scene.is_over, 10.0 + 50.0 * stage.seeded_random.random())
    scene.crash(scene.world.of_kind("reporting"))
    readable()
