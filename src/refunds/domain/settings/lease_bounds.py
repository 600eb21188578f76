"""Bounds of the lease that a worker has on a call to a gateway.

Read by the parameter's definition and by the settings.
"""

GATEWAY_CALL_MAX_S = 10
"""Settings cannot give a call to a gateway a longer time-out than this, in seconds."""

GATEWAY_LEASE_MARGIN_S = 5
"""A lease exceeds the longest call by this time, so that the answer is stored before another worker takes over."""

GATEWAY_LEASE_MIN_S = GATEWAY_CALL_MAX_S + GATEWAY_LEASE_MARGIN_S
