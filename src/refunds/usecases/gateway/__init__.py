"""Use cases that submit refunds to gateways and record the gateways' results."""
