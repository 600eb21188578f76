"""The simulated callers of the product: merchants' programs, people who use dashboards, and administrators."""
