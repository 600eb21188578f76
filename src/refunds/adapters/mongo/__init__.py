"""The stores' ports implemented with MongoDB."""
