"""Contains the ports to the audit log, its anchors and its signatures."""
