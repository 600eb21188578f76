"""The reporting_engine service."""
