"""What services share and what knows no refund: web, problem details, auth, limits, worker loops, health."""
