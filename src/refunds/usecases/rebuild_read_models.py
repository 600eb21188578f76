"""Has list, roll-ups and ledger emptied and made again from the payments. Called by people through the command line.

Only leaves the order: the relay that holds the position does the work, and goes on where it left off if it is killed.
The audit log is never rebuilt, only made up for.
"""

from dataclasses import replace

from refunds.domain.errors import Overloaded
from refunds.ports.read_models import Phase, ReadModels, ReadModelUpdates, RelaySuperseded

TRIES_MAX = 50


async def rebuild_read_models(models: ReadModels) -> None:
    """Moves the relay's position to the beginning. Overloaded where the relay moves too fast to get in between."""
    for _ in range(TRIES_MAX):
        position = await models.position()
        try:
            await models.apply(replace(position, phase=Phase.CLEARING), ReadModelUpdates())
        except RelaySuperseded:
            continue
        return
    raise Overloaded
