"""What people read: each text once, as a template over the facts that the domain states. Read by the edges alone."""
