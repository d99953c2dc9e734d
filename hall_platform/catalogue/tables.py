"""事项目录与实施清单."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, String, Table, Text

from hall_platform.metadata import metadata

items = Table(
    "items",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("is_current", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("pinyin", Text, nullable=False),
    Column("body", Text, nullable=False),
)
