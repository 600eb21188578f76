"""Handles the routes of payments, refunds, tenants, events and the audit log."""
