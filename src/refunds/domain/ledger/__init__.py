"""Pure rules that make ledger entries and roll-ups from events."""
