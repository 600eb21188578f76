"""Bounds of the lease that one worker has on a call to a gateway. Read by the parameter and by the settings."""

GATEWAY_CALL_MAX_S = 10
"""The longest time-out of a call to a gateway that a process may be configured with."""

GATEWAY_LEASE_MARGIN_S = 5
"""By how much a lease is longer than the longest call: time to store the answer before another worker takes over."""

GATEWAY_LEASE_MIN_S = GATEWAY_CALL_MAX_S + GATEWAY_LEASE_MARGIN_S
