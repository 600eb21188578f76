"""Stores read models, readers' offsets and quarantined payments in MongoDB, and reads the change stream."""
