"""Defines bounds for the lease that a worker holds during a call to a gateway.

The definition of the lease's parameter and the settings of the service read these bounds.
"""

GATEWAY_CALL_MAX_S = 10
"""The longest time-out, in seconds, that the settings can give a call to a gateway."""

GATEWAY_LEASE_MARGIN_S = 5
"""A lease is this many seconds longer than the longest call, so a worker can store the answer in time."""

GATEWAY_LEASE_MIN_S = GATEWAY_CALL_MAX_S + GATEWAY_LEASE_MARGIN_S
