"""Contains adapters that need no server. An instance that runs in one process uses them."""
