"""What the counter does, in the hall's verbs; plain blocking Python over ports."""
