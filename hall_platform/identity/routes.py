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

_PARTS = (sign_in_routes, own_routes, administration_routes, audit_routes, citizen_routes)

router = APIRouter(routes=[route for part in _PARTS for route in part.router.routes])
