"""Pure rules for requesting, submitting, approving and canceling refunds, and for explaining their status."""
