"""The payment aggregate with its line items, events and size limits. Pure."""
