"""Requests, submissions, approvals and cancellations of refunds, and the explanation of a refund's status. Pure."""
