"""Contains general modules for batching, configuration, cancellation and webhook secrets.

The modules do not depend on refunds.
"""
