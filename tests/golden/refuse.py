# SPDX-License-Identifier: GPL-2.0-or-later
"""A seccomp filter that makes write(2) of one byte fail. It simulates a kernel that rejects the
write, and does not need root."""
import ctypes
import os
import struct

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
WRITE = {"x86_64": 1, "aarch64": 64}.get(os.uname().machine)


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def refuse_writes_of_one_byte(error):
    """Return a function for preexec_fn that makes write(2) of one byte fail with @error. All other system calls
    work."""
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in (
        (LOAD, 0, 0, 0),  # the number of the system call
        (JUMP_IF_EQUAL, 0, 3, WRITE),
        (LOAD, 0, 0, 32),  # its third argument, the lower half
        (JUMP_IF_EQUAL, 0, 1, 1),
        (RETURN, 0, 0, ERRNO | error),
        (RETURN, 0, 0, ALLOW)))
    libc = ctypes.CDLL(None, use_errno=True)

    def install():
        program = Program(len(code) // 8, code)
        if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
                PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")

    return install
