"""What commands print when they succeed."""
