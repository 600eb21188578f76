"""Stores unreadable webhooks in MongoDB."""
