"""Orders that list, roll-ups and ledger are rebuilt from the payments. The present ones stay in use meanwhile.

This only stores the order: the leading relay does the work and continues after a restart. The audit log is never
rebuilt.
"""

from refunds.domain.errors import Overloaded
from refunds.ports.projections.read_models import ReadModels, ReadModelUpdates, RelaySuperseded
from refunds.usecases.projections.rebuild_positions import rebuild_ordered

TRIES_MAX = 50


async def rebuild_read_models(models: ReadModels) -> int:
    """Orders a rebuild and returns the generation that it will make current; a running rebuild starts again.

    Raises Overloaded if the relay moves its position so often that the order cannot be stored in between.
    """
    for _ in range(TRIES_MAX):
        position = await models.position()
        try:
            await models.apply(rebuild_ordered(position), ReadModelUpdates())
        except RelaySuperseded:
            continue
        return position.next_generation
    raise Overloaded
