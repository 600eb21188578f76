"""Whether a refund is allowed: eligibility rules, velocity limits and approval rules. Pure."""
