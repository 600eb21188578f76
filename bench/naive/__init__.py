"""Designs that most would write first, measured beside the product: one transaction for each request, no service."""
