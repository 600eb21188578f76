"""Contains the commands, with one file per group of commands."""
