"""Contains the demonstration, which adds a sample to an instance, requests refunds and shows the results."""
