"""One attempt to move money at a gateway: submissions, results, retries, conflicts, external refunds. Pure."""
