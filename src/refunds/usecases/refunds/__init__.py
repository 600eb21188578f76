"""Use cases that create, submit, cancel, review, reconcile and preview refunds."""
