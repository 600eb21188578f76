"""Plans, starts, restarts and stops the child processes of the launcher."""
