"""Pure rules that decide whether a refund is allowed.

They are eligibility rules, velocity limits and approval rules.
"""
