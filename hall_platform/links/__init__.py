"""Links to other platforms: where they are, how what goes there is signed, how long one waits."""
