"""The sandbox gateway: a separate payment gateway with its own books.

Shares no code with the product.
"""
