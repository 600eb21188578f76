"""`python -m bench journal`: the payment journal against the store of today, on one mongod (docs/decisions/0052)."""
