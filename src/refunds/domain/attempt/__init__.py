"""Pure rules for an attempt to move money at a gateway, and for external refunds.

The rules cover submissions, results, retries and contradictions.
"""
