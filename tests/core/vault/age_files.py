"""Measures of age files for the vault's tests."""


def body_length(sealed: bytes) -> int:
    """The length behind age's header, whose random stanza blurs the whole."""
    header_end = sealed.index(b"\n", sealed.index(b"\n--- ") + 1)
    return len(sealed) - header_end
