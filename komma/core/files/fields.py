"""The form field for sealed uploads."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from komma.core.files.uploads import EMPTY, FAILED, TOO_LARGE, TOO_MANY, SealedUpload
from komma.core.ui.widgets import FilesField


def problem_text(upload: SealedUpload) -> str:
    """Say in plain words what is wrong with a file and what to do; "" if nothing is."""
    texts = {
        EMPTY: _("„%(name)s“ ist leer. Bitte wählen Sie eine Datei mit Inhalt."),
        TOO_LARGE: _(
            "„%(name)s“ ist größer als %(limit)s. Bitte teilen Sie die Datei"
            " oder beschreiben Sie in Worten, was sie zeigt."
        ),
        TOO_MANY: _("„%(name)s“ passt nicht mehr dazu: Möglich sind %(count)s Dateien."),
        FAILED: _(
            "„%(name)s“ konnte nicht gespeichert werden. Bitte versuchen Sie es noch einmal."
        ),
    }
    if not upload.problem:
        return ""
    return texts[upload.problem] % {
        "name": upload.name,
        "limit": filesizeformat(settings.KOMMA_MAX_FILE_BYTES),
        "count": settings.KOMMA_MAX_FILES,
    }


class SealedFilesField(FilesField):
    """Several files; the cleaned value is a list of ``SealedUpload``.

    One error for each file with a problem. Files that came past the sealing handler are refused.
    """

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Check the files; raises ``ValidationError``."""
        chosen = data if isinstance(data, list | tuple) else [data] if data else []
        if not chosen:
            forms.FileField.clean(self, None, initial)
            return []
        if not all(isinstance(upload, SealedUpload) for upload in chosen):
            raise ValidationError(_("Bitte wählen Sie die Dateien noch einmal aus."))
        problems = [text for upload in chosen if (text := problem_text(upload))]
        if problems:
            raise ValidationError(problems)
        return list(chosen)
