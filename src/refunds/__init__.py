"""Accepts, reviews, submits and audits refunds of captured payments. The product's name is Brik Refunds."""
