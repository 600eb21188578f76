"""The sandbox gateway: a payment gateway of its own with its own books.

Shares no code with the product.
"""
