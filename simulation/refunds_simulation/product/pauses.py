"""The pauses that the product's loops make in the simulator.

The pauses are long, so that quiet hours take little real time. All are idle pauses (`loop.IDLE_FROM_S` or more), which
the simulator may prolong while nothing is due.
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
"""Time-out of a call to a gateway, in seconds. Every lease is longer."""

KEPT_EVERY_S = 180.0
"""Pause between two attempts to process the stored webhooks, in seconds."""

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
"""Settings with few slots. So work sometimes waits for a slot, and some work is left for the sweep."""

REVIEW = ReviewLoopSettings(sweep_pause_s=120.0)
RELAY = RelayLoopSettings(follow_pause_s=60.0)
