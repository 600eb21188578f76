"""Payments, records of files and the scan of all payments, on the simulated database."""
