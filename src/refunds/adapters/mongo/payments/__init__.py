"""Stores payments in MongoDB, with group commits, claims and scans."""
