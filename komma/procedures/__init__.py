"""Procedures as data: what is to be done, by when, and who is responsible."""
