"""The few widgets every page is built of."""
