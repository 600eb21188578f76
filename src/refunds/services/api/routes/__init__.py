"""Routes of payments, refunds, tenants, events and the audit log."""
