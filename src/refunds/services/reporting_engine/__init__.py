"""The reporting-engine service, which keeps the read models up to date."""
