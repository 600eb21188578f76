"""Runs Brik Refunds on one machine. Contains the launcher, the demonstration and the sandbox gateway.

The pip extra `embedded` installs this package.
"""
