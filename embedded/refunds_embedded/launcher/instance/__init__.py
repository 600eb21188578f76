"""Contains the data folder, secrets, addresses and ready file of one embedded instance.

Programs read the addresses of a running instance from its ready file.
"""
