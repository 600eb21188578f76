"""The reporting-engine service."""
