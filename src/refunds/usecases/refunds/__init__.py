"""Use cases on refunds: create, submit, cancel, review, reconcile, preview."""
