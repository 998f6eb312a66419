#!/bin/sh
# Find uv, or put it into .uv/ with any python3 that has pip or venv; print its path.
set -eu
cd "$(dirname "$0")/.."

for candidate in "$(command -v uv || true)" .uv/bin/uv; do
    if [ -n "$candidate" ] && "$candidate" --version >/dev/null 2>&1; then
        echo "$candidate"
        exit 0
    fi
done

echo "uv is not installed; putting it into .uv/ …" >&2
python=$(command -v python3 || command -v python) || {
    echo "Neither uv nor python3 found: install one of them." >&2
    exit 1
}
if "$python" -m venv .uv >/dev/null 2>&1; then
    .uv/bin/python -m pip install --quiet uv >&2
else
    # Debian ships python3 without venv; pip alone suffices.
    rm -rf .uv
    "$python" -m pip install --quiet --target .uv uv >&2 || {
        echo "python3 has neither venv nor pip: install python3-venv or uv." >&2
        exit 1
    }
fi
echo .uv/bin/uv
