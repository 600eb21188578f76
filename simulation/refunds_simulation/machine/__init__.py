"""Simulates time, processes that crash, and connections that lose messages."""
