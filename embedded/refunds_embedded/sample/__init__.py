"""A realistic sample made from a seed: tenants, payments and requests. Pure; sends nothing."""
