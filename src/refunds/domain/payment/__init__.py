"""Pure rules for a captured payment with its refunds, line items, events and size limits."""
