"""Whether a platform at some address keeps the contract: asked over HTTP, by what it answers."""
