"""The reference platform (一体化平台): the other side of the contract. Shares no code with the client."""
