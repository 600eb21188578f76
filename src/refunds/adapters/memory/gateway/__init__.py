"""Simulates a payment gateway with its books and webhooks, and the hints between processes, in memory."""
