# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests that a damaged, missing or foreign line of the results channel is always detected. No test needs a VM."""

from __future__ import annotations

import pytest
from lab.frames import Decoder, Frame, TornFrame, decode, encode

COMMAND = Frame(3, 7, "command", "show", (b"0\n", b"release 6.1\n\0\xff", b""))


def stream(*places: tuple[int, int]) -> bytes:
    return b"".join(encode(Frame(hop, sequence, "fact", "release", (b"6.1\n",))) for hop, sequence in places)


def test_round_trip() -> None:
    assert decode(encode(COMMAND)) == COMMAND


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_line_ends(end: bytes) -> None:
    assert decode(encode(COMMAND).rstrip(b"\n") + end) == COMMAND


def test_every_truncation_is_detected() -> None:
    line = encode(COMMAND).rstrip(b"\n")
    for length in range(len(line)):
        with pytest.raises(TornFrame):
            decode(line[:length])


def test_every_changed_byte_is_detected() -> None:
    line = bytearray(encode(COMMAND).rstrip(b"\n"))
    for place in range(len(line)):
        changed = bytes(line[:place]) + bytes([line[place] ^ 1]) + bytes(line[place + 1 :])
        with pytest.raises(TornFrame):
            decode(changed)


@pytest.mark.parametrize("line", [b"", b"\n", b"LAB1", b"[    0.5] kernel talk", b"\xff\xfe", b" \n"])
def test_foreign_lines_are_detected(line: bytes) -> None:
    with pytest.raises(TornFrame):
        decode(line)


def test_bytes_may_arrive_in_any_pieces() -> None:
    data = stream((0, 0), (0, 1), (1, 0))
    decoder = Decoder()
    frames = [frame for place in range(len(data)) for frame in decoder.feed(data[place : place + 1])]
    decoder.close()
    assert [(frame.hop, frame.sequence) for frame in frames] == [(0, 0), (0, 1), (1, 0)]


@pytest.mark.parametrize("places", [[(0, 1)], [(0, 0), (0, 2)], [(0, 0), (0, 0)], [(0, 0), (1, 1)], [(0, 0), (2, 0)]])
def test_lost_or_duplicate_frame_is_detected(places: list[tuple[int, int]]) -> None:
    with pytest.raises(TornFrame, match="was expected"):
        Decoder().feed(stream(*places))


def test_end_inside_a_line_is_detected() -> None:
    decoder = Decoder()
    decoder.feed(stream((0, 0)) + b"LAB1 0 1 fa")
    with pytest.raises(TornFrame, match="ended inside a line"):
        decoder.close()


def test_frames_start_again_after_a_reset() -> None:
    again = stream((0, 0), (0, 1), (0, 0), (1, 0), (0, 0))
    assert len(Decoder(resets=True).feed(again)) == 5
    with pytest.raises(TornFrame):
        Decoder().feed(again)
    with pytest.raises(TornFrame):
        Decoder(resets=True).feed(stream((0, 0), (1, 1)))


def test_text_of_the_firmware_is_skipped() -> None:
    banner = b"\x1b[2J\x1b[01;01HBdsDxe: loading\r\n"
    data = banner + b"EFI stub: Loaded initrd" + stream((0, 0), (0, 1)) + banner + stream((0, 0)) + b"\x1b[2J"
    decoder = Decoder(resets=True, firmware=True)
    assert [(frame.hop, frame.sequence) for frame in decoder.feed(data)] == [(0, 0), (0, 1), (0, 0)]
    decoder.close()
    with pytest.raises(TornFrame):
        Decoder(resets=True).feed(data)


def test_damage_is_detected_beside_text_of_the_firmware() -> None:
    first, second = stream((0, 0)), stream((0, 1))
    for place in range(len(first) - 1):
        changed = first[:place] + bytes([first[place] ^ 1]) + first[place + 1 :]
        with pytest.raises(TornFrame):
            Decoder(firmware=True).feed(changed + second)
