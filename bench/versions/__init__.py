"""Measures an earlier version and the current checkout in turn, by one load generator (`bench compare COMMIT`)."""
