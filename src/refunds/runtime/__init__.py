"""What services share and what knows no refund: web, problems, auth, limits, loops, health."""
