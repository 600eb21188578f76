"""Payments, decisions and limits as values, made by tests."""
