"""Commands on refunds: create, submit, cancel, review, preview."""
