"""A prototype of a payment store that only appends records (docs/decisions/0052). No service uses it."""
