"""Alarms and the metrics that they look at."""
