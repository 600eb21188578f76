"""Orders a rebuild of list, roll-ups and ledger from the payments, while the present ones are read and updated.

Only stores the order: the leading relay does the work and continues after a restart. The audit log is never rebuilt.
"""

from refunds.domain.errors import Overloaded
from refunds.ports.projections.read_models import ReadModels, ReadModelUpdates, RelaySuperseded
from refunds.usecases.projections.rebuild_positions import rebuild_ordered

TRIES_MAX = 50


async def rebuild_read_models(models: ReadModels) -> int:
    """Orders a rebuild; one under way begins again. Returns the generation that it will make current.

    Overloaded if the relay moves its position too often to store the order in between.
    """
    for _ in range(TRIES_MAX):
        position = await models.position()
        try:
            await models.apply(rebuild_ordered(position), ReadModelUpdates())
        except RelaySuperseded:
            continue
        return position.next_generation
    raise Overloaded
