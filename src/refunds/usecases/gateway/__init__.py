"""Submission to gateways, and recording of their results."""
