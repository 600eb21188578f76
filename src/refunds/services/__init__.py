"""The five services: each only wires and translates."""
