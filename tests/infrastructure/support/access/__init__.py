"""Who may do what on AWS, and who can open a connection to whom."""
