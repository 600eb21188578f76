"""The demonstration: seeds a running instance, sends refunds, and shows their results."""
