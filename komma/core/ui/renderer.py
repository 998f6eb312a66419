"""Renders forms with the project's templates in `komma/templates/django/forms/`."""

from django.forms.renderers import TemplatesSetting

from komma.core.ui.boundfield import KommaBoundField


class KommaRenderer(TemplatesSetting):
    """Set as `FORM_RENDERER`; makes `{{ form }}` and `{{ field.as_field_group }}` KERN markup."""

    bound_field_class = KommaBoundField
