"""Private to the vault: the Bech32 encoding (BIP 173) of age's secret keys, encoding only."""

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
CHECKSUM_LENGTH = 6


def bech32_encode(prefix: str, data: bytes) -> str:
    """Encode `data` under a lower-case human-readable `prefix`, with checksum, in lower case."""
    values = _five_bit_groups(data)
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    checksum = _polymod([*expanded, *values, *[0] * CHECKSUM_LENGTH]) ^ 1
    check = [(checksum >> 5 * (CHECKSUM_LENGTH - 1 - i)) & 31 for i in range(CHECKSUM_LENGTH)]
    return prefix + "1" + "".join(ALPHABET[value] for value in [*values, *check])


def _five_bit_groups(data: bytes) -> list[int]:
    missing = -len(data) * 8 % 5
    number = int.from_bytes(data) << missing
    count = (len(data) * 8 + missing) // 5
    return [(number >> 5 * (count - 1 - i)) & 31 for i in range(count)]


def _polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(GENERATORS):
            if top >> bit & 1:
                checksum ^= generator
    return checksum
