"""Brik Refunds: accepts, reviews, submits and audits refunds of captured payments."""
