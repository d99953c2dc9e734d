"""How people reach the program, by windows and by commands. All Qt is here."""
