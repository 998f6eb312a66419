"""Addresses to which a page may send somebody on."""

from __future__ import annotations

from django.utils.http import url_has_allowed_host_and_scheme

START = "/start/"


def is_local(target: str) -> bool:
    """Tell whether ``target`` is a path of this site, whatever browsers make of odd spellings."""
    return (
        target.startswith("/")
        and target.isprintable()
        and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    )
