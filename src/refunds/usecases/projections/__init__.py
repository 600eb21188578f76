"""Contains the relay and the publisher, which read the changes of payments.

The relay keeps lists, roll-ups, ledger and audit log. The publisher feeds the event bus.
"""
