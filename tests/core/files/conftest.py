"""A view that takes files, and ways to send hostile ones."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from django import forms
from django.core.files.storage import storages
from django.http import HttpRequest, QueryDict
from django.test import RequestFactory

from komma.core.files import SealedFilesField, receive_files
from komma.core.vault.keys import KeyPair, new_key_pair
from komma.core.vault.sealing import Context

if TYPE_CHECKING:
    from pathlib import Path

CASE = uuid.UUID(int=7)


def place(file_id: uuid.UUID) -> Context:
    return Context(CASE, "attachment.file", file_id)


class FilesForm(forms.Form):
    files = SealedFilesField(required=False)


@dataclass
class Inbox:
    """Receives requests as a view would."""

    folder: Path
    keys: KeyPair = field(default_factory=new_key_pair)

    def request(self, files: list[Any], **fields: str) -> HttpRequest:
        return RequestFactory().post("/", {"files": files, **fields})

    def receive(self, request: HttpRequest, **options: Any) -> FilesForm:
        receive_files(request, public=self.keys.public, context_factory=place, **options)
        return FilesForm(QueryDict(), request.FILES)

    def stored(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("*")) if self.folder.exists() else []


@pytest.fixture
def inbox() -> Inbox:
    from pathlib import Path

    return Inbox(Path(storages["sealed"].path("")))
