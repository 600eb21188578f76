"""General parts that do not depend on refunds: batching, configuration, cancellation, webhook secrets."""
