"""Measures how operations' costs grow with stored payments, refunds per payment and merchants (`bench growth`)."""
