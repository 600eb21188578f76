"""Pages of docs/ that are generated from the code and have no better place."""
