"""The audit log, its anchors and signatures, and what verification reads, in memory."""
