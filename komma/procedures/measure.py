"""How wide text is in a drawing, and how it breaks into lines, without a browser at hand."""

from __future__ import annotations

# Advance widths of Fira Sans Semibold, the wider of the two weights, in hundredths of the size.
_WIDTHS = {
    char: width
    for width, chars in {
        23: "'",
        24: " !,.:;·",
        28: "ij",
        30: "lI",
        32: "()[]{}J`",
        35: "f",
        38: "t|",
        41: "r-",
        44: '„“"',
        46: "*z17",
        48: "?cs",
        51: "Fx23<=>Lvy~",
        53: "+/\\_–5ET",
        55: "$Zgk#9^aeä§éè",
        58: "46S8CVXuüü0Yhnoö",
        61: "APqÄbdpßBR",
        65: "KGDUÜ",
        69: "HNOQÖ",
        74: "…w",
        79: "&M",
        86: "W%m",
    }.items()
    for char in chars
}
_WIDEST = 102  # for whatever is not in the list
_SPARE = 1.04  # where another font steps in
_MORE = "…"


def width_of(text: str, size: int) -> float:
    """Return how wide a text is at most, in the units of its size."""
    return sum(_WIDTHS.get(char, _WIDEST) for char in text) * size * _SPARE / 100


def broken(text: str, size: int, width: float, most: int) -> list[str]:
    """Break a text into at most ``most`` lines of a width; what does not fit ends with "…".

    A word that is wider than a line is broken where the line ends, after a hyphen.
    """
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(joined, size) <= width:
            lines[-1] = joined
            continue
        while width_of(word, size) > width:
            cut = _fitting(word, size, width)
            lines.append(f"{word[:cut]}-")
            word = word[cut:]
        lines.append(word)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while width_of(last + _MORE, size) > width:
        last = last[:-1]
    return [*lines[: most - 1], last.rstrip(" -,;") + _MORE]


def _fitting(word: str, size: int, width: float) -> int:
    """Return how many letters of a word fit before a hyphen, one at least."""
    return next(
        (cut for cut in range(len(word) - 1, 1, -1) if width_of(f"{word[:cut]}-", size) <= width),
        1,
    )
