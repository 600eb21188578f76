"""Contains code for HTTP, authorization, limits, loops and health.

All services share this code. The code does not depend on refunds.
"""
