"""A day of load against the planned scaling of each service: how many tasks run, what waits, does it flap."""
