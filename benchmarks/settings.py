"""KommA's own settings, and one more URL to compare with."""

from komma.config.settings import *  # noqa: F403 - nothing else may differ from the real ones

ROOT_URLCONF = "benchmarks.urls"
