"""Brik Refunds on one machine: launcher, demonstration, sandbox gateway. Installed by the extra `embedded`."""
