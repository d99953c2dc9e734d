"""`hall-platform import`: what a city has in tables, taken over whole or not at all (导入)."""
