"""Ports to the audit log, its anchors and signatures."""
