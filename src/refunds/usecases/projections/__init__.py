"""The relay and the publisher: from payments' changes to lists, roll-ups, ledger, audit log and event bus."""
