"""What stands on the counter: readers, guns, printers."""
