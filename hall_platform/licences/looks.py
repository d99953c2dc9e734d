"""How e-licences are looked at."""

from __future__ import annotations

from hall_platform.looks import Look

LOOKS = {
    "licences": Look("电子证照", of_licences=True),
    "licence-directory": Look("电子证照目录", of_licences=True),
    "licence-file-pdf": Look("电子证照副本（PDF）", of_licences=True),
    "licence-file-ofd": Look("电子证照原件（OFD）", of_licences=True),
    "licence-verification": Look("电子证照核验", of_licences=True),
    "licences-presented": Look("出示的电子证照", of_licences=True),
    "own-licences": Look("本人的电子证照", of_licences=True),
}
