"""What the administrator does about letters to the province and its catalogue."""

from __future__ import annotations

from hall_platform.acts import Act
from hall_platform.province import settling
from hall_platform.province.shapes import (
    Adopt,
    CheckAgain,
    Checking,
    PassOver,
    ProvinceLetter,
    PulledItemWhole,
    SendAgain,
    SetAside,
)
from hall_platform.roles import SYSTEM_ADMIN
from hall_platform.shapes import Code

ACTS = (
    Act(
        name="send-letter-again",
        path="/province/letters/{letter}/sending",
        summary="重新报送省平台",
        shape=SendAgain,
        answer=ProvinceLetter,
        roles=(SYSTEM_ADMIN,),
        perform=settling.send_again,
        problems=("not-found", "letter-not-refused"),
        needs_match=True,
    ),
    Act(
        name="set-letter-aside",
        path="/province/letters/{letter}/setting-aside",
        summary="不再报送",
        shape=SetAside,
        answer=ProvinceLetter,
        roles=(SYSTEM_ADMIN,),
        perform=settling.set_aside,
        problems=("not-found", "letter-not-refused"),
        needs_match=True,
    ),
    Act(
        name="check-province",
        path="/province/checks",
        summary="与省平台对账",
        shape=CheckAgain,
        answer=Checking,
        roles=(SYSTEM_ADMIN,),
        perform=settling.check_again,
    ),
    Act(
        name="adopt-province-item",
        path="/province/items/{item}/adoption",
        summary="采用省级事项",
        shape=Adopt,
        answer=PulledItemWhole,
        roles=(SYSTEM_ADMIN,),
        perform=settling.adopt,
        problems=(
            "not-found",
            "province-item-settled",
            "province-item-unfit",
            "item-forms-wrong",
            "licence-type-unknown",
            "item-withdrawn",
        ),
        subject_type=Code,
    ),
    Act(
        name="pass-province-item-over",
        path="/province/items/{item}/passing-over",
        summary="略过省级事项版本",
        shape=PassOver,
        answer=PulledItemWhole,
        roles=(SYSTEM_ADMIN,),
        perform=settling.pass_over,
        problems=("not-found", "province-item-settled"),
        subject_type=Code,
    ),
)
