"""Brik Refunds: takes, decides, sends and proves refunds of captured payments."""
