"""Requests that list, roll-ups and ledger are rebuilt from the payments.

The current read models stay in use until the rebuild is complete. This module only stores the request. The leading
relay does the work and continues after a restart. The audit log is never rebuilt.
"""

from refunds.domain.errors import Overloaded
from refunds.ports.projections.read_models import ReadModels, ReadModelUpdates, RelaySuperseded
from refunds.usecases.projections.rebuild_positions import rebuild_ordered

TRIES_MAX = 50


async def rebuild_read_models(models: ReadModels) -> int:
    """Requests a rebuild and returns the number of the generation that the rebuild will make current.

    A running rebuild restarts from the beginning. Raises Overloaded if the request cannot be stored because the relay
    moves its position too often.
    """
    for _ in range(TRIES_MAX):
        position = await models.position()
        try:
            await models.apply(rebuild_ordered(position), ReadModelUpdates())
        except RelaySuperseded:
            continue
        return position.next_generation
    raise Overloaded
