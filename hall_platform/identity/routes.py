"""统一身份认证: what is asked of identity, each part in a file of its own."""

from __future__ import annotations

from fastapi import APIRouter

from hall_platform.identity import (
    administration_routes,
    audit_routes,
    citizen_routes,
    own_routes,
    sign_in_routes,
)

router = APIRouter()
for part in (
    sign_in_routes,
    own_routes,
    administration_routes,
    audit_routes,
    citizen_routes,
):
    router.include_router(part.router)
