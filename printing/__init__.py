"""Facts in, bytes of paper out: legal papers. Pure; knows no printer and no screen."""
