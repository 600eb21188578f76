"""A realistic sample of tenants, payments and requests, made from a seed. It sends nothing."""
