"""The instance under test: found or started, given tenants and payments through its own API."""
