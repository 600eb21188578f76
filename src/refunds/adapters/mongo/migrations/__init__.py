"""Versions of the stored data, and the migrations between them."""
