"""What scan guns in HID-POS mode say of themselves, and their reports."""

# As guns of one maker describe themselves: 64 bytes, a count in front, two bytes of their own.
COUNTED = bytes.fromhex(
    "058c 0902 a101 0912 a102 8502 1500 26ff00 7508 9501 0501 093b 8102"
    "9503 058c 09fb 09fc 09fd 8102 9538 09fe 820201 0666ff 9502 0904 0900 8102"
    "058c 2501 7501 9508 09ff 8102 c0 0914 a102 8504 2501 7501 9508 0900 095f 0960 9102 c0 c0"
)
# Without report numbers and without a count.
PLAIN = bytes.fromhex(
    "058c 0902 a101 0912 a102 1500 26ff00 7508 9503 09fb 09fc 09fd 8102 953c 09fe 820201"
    "7501 9501 09ff 8102 9507 8103 c0 c0"
)
KEYBOARD = bytes.fromhex("0501 0906 a101 0507 19e0 29e7 1500 2501 7501 9508 8102 c0")


def counted(data, more=False, size=56):
    return bytes([2, len(data)]) + b"]Q1" + data.ljust(size, b"\0") + b"s\0" + bytes([more])
