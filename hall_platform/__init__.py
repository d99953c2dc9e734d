"""The reference platform (一体化平台): the other side of the contract.

It shares no code with the client.
"""
