"""The life of a refund: requests and approvals, the table of states, and why it stands where it does. Pure."""
