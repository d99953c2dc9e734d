"""Building a counter of the settings: whole, or nothing is left open."""

from dataclasses import replace

import pytest

from counter_app.errors import SettingsError
from counter_app.settings import PlatformSettings, Settings, StoreSettings
from counter_app.store.local_store import LocalStore
from ui.assembly import assemble, open_vault


def test_a_part_that_cannot_be_built_leaves_the_store_free(tmp_path):
    settings = Settings(tmp_path, store=StoreSettings(vault="key_file"))
    broken = replace(settings, platform=PlatformSettings(url="ftp://nowhere"))
    with pytest.raises(SettingsError):
        assemble(broken)
    LocalStore(tmp_path, open_vault(settings)).close()  # it would be store.in_use
