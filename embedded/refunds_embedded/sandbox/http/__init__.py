"""The sandbox gateway's HTTP interface."""
