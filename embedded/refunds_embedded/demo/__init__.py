"""The demonstration. It adds a sample to a running instance, requests refunds, and shows their results."""
