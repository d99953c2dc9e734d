"""A stand-in for the province's platform: a real HTTP server for tests, demonstrations and trials.

It checks what it is sent as a province would and can be told to refuse, to be slow, and to lose
its answer after it has kept what it was sent.
"""
