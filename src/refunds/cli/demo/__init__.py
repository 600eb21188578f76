"""The demonstration: seeds a running instance, sends refunds, shows what became of them."""
