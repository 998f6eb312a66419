"""Files that somebody uploads: sealed while they stream in, opened while they stream out.

Nothing in clear touches the disk. How a view takes files:

1. ``receive_files`` before the view reads ``request.POST`` (so the view is ``csrf_exempt`` and
   hands on to an inner one with ``csrf_protect``);
2. a form with ``SealedFilesField``;
3. ``keep_files`` for those that a row refers to. All others vanish with the response, and so do
   the kept ones if the transaction is rolled back.
"""

from komma.core.files.downloads import safe_download
from komma.core.files.fields import SealedFilesField
from komma.core.files.names import clean_name
from komma.core.files.stored import delete_blobs, open_blob
from komma.core.files.uploads import (
    SealedUpload,
    SealingUploadHandler,
    keep_files,
    receive_files,
    sealed_files,
)

__all__ = [
    "SealedFilesField",
    "SealedUpload",
    "SealingUploadHandler",
    "clean_name",
    "delete_blobs",
    "keep_files",
    "open_blob",
    "receive_files",
    "safe_download",
    "sealed_files",
]
