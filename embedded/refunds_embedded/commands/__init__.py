"""The commands of the extra: `refunds up` and `refunds demo`."""
