"""Append-only log of who did what kind of thing; see docs/architecture.md."""
