"""Compares the payment journal with today's store on one mongod (`bench journal`, see docs/decisions/0052)."""
