"""The vault: everything that seals, opens, derives or holds keys (docs/adr/0002-age-sealing.md)."""
