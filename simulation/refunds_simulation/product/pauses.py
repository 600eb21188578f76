"""The pauses of the loops in the simulator: settings of the product, long so that quiet hours cost little.

All are idle pauses (`loop.IDLE_FROM_S` or more), so that the world may skip them while nothing is due.
"""

from refunds.services.gateway_integration.loops import GatewayLoopSettings
from refunds.services.reporting_engine.loop import RelayLoopSettings
from refunds.services.request_manager.loops import ReviewLoopSettings

SNAPSHOT_S = 3_600.0
FEED_IDLE_S = 240.0
HINTS_IDLE_S = 600.0
ANCHOR_EVERY_S = 900.0
ANCHOR_LOOK_S = 300.0
CALL_S = 10.0
"""Time-out of a call to a gateway; a lease is longer."""

KEPT_EVERY_S = 180.0
"""Pause between two tries of the webhooks that are kept."""

GATEWAY = GatewayLoopSettings(
    sweep_pause_s=90.0,
    look_pause_s=180.0,
    drain_s=5.0,
    slow_after_s=2.5,
    submissions_at_once_max=8,
    slow_max=6,
    overflow_max=8,
    overflow_s=5.0,
)
"""Few places, so that work waits for one at times, and is let go."""

REVIEW = ReviewLoopSettings(sweep_pause_s=120.0)
RELAY = RelayLoopSettings(follow_pause_s=60.0)
