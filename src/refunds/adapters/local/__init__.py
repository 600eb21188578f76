"""Adapters that need only this machine: clock, ids, anchor files, HMAC."""
