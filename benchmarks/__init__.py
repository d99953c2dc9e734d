"""What is measured, each beside a floor or a peer of the same run (`make bench`)."""
