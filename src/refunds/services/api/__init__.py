"""The api service, through which callers record payments, request refunds and read data."""
