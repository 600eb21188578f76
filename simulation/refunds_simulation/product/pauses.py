"""The pauses of the loops in the simulator: settings of the product, long so that quiet hours take little time.

All are idle pauses (`loop.IDLE_FROM_S` or more), which the simulator may skip while nothing is due.
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
"""Time-out of a call to a gateway in seconds; every lease is longer."""

KEPT_EVERY_S = 180.0
"""Pause between two tries of stored webhooks, in seconds."""

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
"""Settings with few slots, so that work sometimes waits for one and is left for the sweep."""

REVIEW = ReviewLoopSettings(sweep_pause_s=120.0)
RELAY = RelayLoopSettings(follow_pause_s=60.0)
