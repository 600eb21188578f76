"""Brik Refunds on one machine: launcher, demonstration, sandbox gateway. Comes with the extra `embedded`."""
