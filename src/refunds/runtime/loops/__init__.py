"""Runs loops of background work, and pools of workers."""
