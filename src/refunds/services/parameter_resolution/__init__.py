"""The parameter-resolution service, through which callers read and set the parameters of tenants."""
