"""Where the pages find stylesheet and scripts."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names, in the imports between scripts too: a script never meets an older neighbour."""

    support_js_module_import_aggregation = True
