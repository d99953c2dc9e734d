"""The kiosk's face (自助机)."""
