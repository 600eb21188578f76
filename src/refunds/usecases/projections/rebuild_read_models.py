"""Has list, roll-ups and ledger made again from the payments, while the present ones are read and updated.

Only leaves the order: the relay that holds the position does the work, and goes on where it left off if it is killed.
The audit log is never rebuilt.
"""

from refunds.domain.errors import Overloaded
from refunds.ports.projections.read_models import ReadModels, ReadModelUpdates, RelaySuperseded
from refunds.usecases.projections.rebuild_positions import rebuild_ordered

TRIES_MAX = 50


async def rebuild_read_models(models: ReadModels) -> int:
    """Orders a rebuild; one under way begins again. The generation that is current when it is done.

    Overloaded where the relay moves too fast to get in between.
    """
    for _ in range(TRIES_MAX):
        position = await models.position()
        try:
            await models.apply(rebuild_ordered(position), ReadModelUpdates())
        except RelaySuperseded:
            continue
        return position.next_generation
    raise Overloaded
