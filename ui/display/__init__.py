"""The hall's display (叫号屏)."""
