"""The sandbox gateway's books and their journal."""
