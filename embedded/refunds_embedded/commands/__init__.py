"""Contains the commands `refunds up` and `refunds demo` of the extra `embedded`."""
