"""Time, processes that crash, and connections that lose messages."""
