"""Contains in-memory versions of the audit log, its anchors and signatures, and the reads for verification."""
