# SPDX-License-Identifier: GPL-2.0-or-later
"""Writer of FDTs, valid or malformed. The writer uses no library, because a library would repair what a test breaks.

Layout: the Devicetree Specification 0.4, chapter 5 (header, memory reservations, structure, strings).
"""
import struct

MAGIC = 0xD00DFEED
BEGIN_NODE, END_NODE, PROPERTY, NOP, END = 1, 2, 3, 4, 9
HEADER_SIZE = 40
FIELDS = ("magic", "totalsize", "off_dt_struct", "off_dt_strings", "off_mem_rsvmap", "version",
          "last_comp_version", "boot_cpuid_phys", "size_dt_strings", "size_dt_struct")


def pad(data):
    return data + bytes(-len(data) % 4)


class Strings:
    def __init__(self):
        self.data = b""

    def offset(self, name):
        name = name.encode() + b"\0"
        if name not in self.data:
            self.data += name
        return self.data.index(name)


def node(strings, name, content):
    """Make a node from a dict: bytes are properties, dicts are nodes."""
    data = struct.pack(">I", BEGIN_NODE) + pad(name.encode() + b"\0")
    for key, value in content.items():
        if not isinstance(value, dict):
            data += struct.pack(">III", PROPERTY, len(value), strings.offset(key)) + pad(value)
    for key, value in content.items():
        if isinstance(value, dict):
            data += node(strings, key, value)
    return data + struct.pack(">I", END_NODE)


def make_fdt(content, structure=None, **header):
    """Make an FDT from nested dicts. @structure replaces the structure block, @header any field of the header."""
    strings = Strings()
    block = node(strings, "", content) + struct.pack(">I", END)
    if structure is not None:
        block = structure
    reservations = bytes(16)
    off_struct = HEADER_SIZE + len(reservations)
    off_strings = off_struct + len(block)
    fields = dict(magic=MAGIC, totalsize=off_strings + len(strings.data), off_dt_struct=off_struct,
                  off_dt_strings=off_strings, off_mem_rsvmap=HEADER_SIZE, version=17,
                  last_comp_version=16, boot_cpuid_phys=0, size_dt_strings=len(strings.data),
                  size_dt_struct=len(block))
    fields.update(header)
    head = struct.pack(">10I", *[fields[name] for name in FIELDS])
    return head + reservations + block + strings.data
