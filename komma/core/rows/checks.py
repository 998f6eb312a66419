"""System check: no table of ours goes without a decision on who may see its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.checks import CheckMessage, Error

from komma.core.rows.policy import RowPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable


def has_policy(model: Any) -> bool:
    """Tell whether the model declares at least one row policy."""
    return any(isinstance(constraint, RowPolicy) for constraint in model._meta.constraints)


def open_reason(model: Any) -> str:
    """Return the stated reason why a table is open to the runtime roles, or an empty string."""
    return str(model.__dict__.get("rows_open", ""))


def check_every_table_has_a_policy(
    *, app_configs: Iterable[Any] | None, **_kwargs: Any
) -> list[CheckMessage]:
    """Require of each model of this project a RowPolicy or a reason in ``rows_open``."""
    configs = list(app_configs) if app_configs is not None else list(apps.get_app_configs())
    return [
        Error(
            f"{model._meta.label} has neither a RowPolicy nor a reason in rows_open.",
            hint="Declare policies in Meta.constraints.",
            obj=model,
            id="komma.E001",
        )
        for config in configs
        if config.name.startswith("komma.")
        for model in config.get_models()
        if not has_policy(model) and not open_reason(model)
    ]
