#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Write the initial corpora for the targets of lib/: corpus/kho_fdt, corpus/log, corpus/inspect and
corpus/ima_list.

The FDTs, blobs, stamps and lists are those of tests/golden. With --check it writes nothing and fails if
a seed is missing or differs.
"""
import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from golden.fdt import make_fdt  # noqa: E402 (needs the path above)
from golden.system import kho_fdt, measured, measurement, metadata, stamp, subtree, u64, wrapped  # noqa: E402

V4 = b"kho-v4\0"
FDTS = {
    "kho-v1": kho_fdt("kho-v1"),
    "kho-v4": kho_fdt("kho-v4"),
    "two": make_fdt({"compatible": V4, "a": subtree("kho-v4", 1), "b@1": subtree("kho-v1", 1)}),
    "no-address": make_fdt({"compatible": V4, "a": {"blob-size": u64(1)}}),
    "bad-size": make_fdt({"compatible": V4, "a": {"preserved-data": u64(1), "blob-size": b""}}),
    "no-nul": make_fdt({"compatible": b"kho-v1"}),
    "huge": make_fdt({"compatible": V4}, size_dt_struct=0xFFFFFFFC),
    "cut": kho_fdt("kho-v4")[:44],
    "wrapped": wrapped(metadata("6.18.15", 2)),
    "bare": metadata("7.2.12", 1),
    "version-2": metadata("7.2.12", 1, version=2),
}
LOGS = {
    "kho": "6,1,2,-;KHO: exec from: 7.2.12 (count 1)\n",
    "module": "6,1,2,-;kexec_lineage: exec from: A (count 3)\n6,1,2,-;kexec_lineage: chain: A, B*2\n",
    "both": "5,1,2,-;KHO: exec from: A (count 0)\n SUBSYSTEM=x\n4,1,2,-,caller=T1;kexec_lineage: exec "
            "from: B (count 4294967295)\n",
    "user": "14,1,2,-;KHO: exec from: A (count 1)\n",
    "cut": "6,1,2,-;KHO: exec from: A (count",
    "repeated": "6,1,2,-;kexec_lineage: exec from: A (count 3)\n6,1,2,-;kexec_lineage: chain: A,B\n"
                "2,1,2,-;kexec_lineage: exec from: A (count 3)\n",
}
LISTS = {
    "three": measured("6.12.111", "7.2.12", "7.3.4"),
    "unnamed": measured("6.12.111", None, "6 6", "7.3.4"),
    "violation": measured("7.3.4") + measurement("boot_aggregate", violation=True),
    "late": measurement("boot_aggregate_late") + measurement("kernel_version", b"7.3.4") + measurement("x", pcr=11),
    "old": measurement("boot_aggregate", template="ima"),
    "cut": measured("6.12.111", "7.2.12")[:-1],
}
TEXTS = {
    "stamp": stamp(4, "7.2.12", "6.12.111*2", "6.1", made_for="7.3.4"),
    "value": stamp(1, "A", kind="p").partition("=")[2],
    "line": f"ro x=\"a b\" {stamp(9, '6.1%2C')} -- init",
    "rubbish": "hello\n",
    "version-2": "2,k",
}


def seeds():
    """Return {path below corpus/: bytes}."""
    files = {f"kho_fdt/{name}": data for name, data in FDTS.items()}
    files |= {f"log/{name}": text.encode() for name, text in LOGS.items()}
    files |= {f"inspect/fdt-{name}": data for name, data in FDTS.items()}
    files |= {f"inspect/text-{name}": text.encode() for name, text in TEXTS.items()}
    files |= {f"ima_list/{name}": data for name, data in LISTS.items()}
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    check = parser.parse_args().check
    wrong = []
    for name, data in seeds().items():
        path = HERE / "corpus" / name
        if check:
            if not path.is_file() or path.read_bytes() != data:
                wrong.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    if wrong:
        sys.exit(f"differ from the output of {Path(__file__).name}: {' '.join(wrong)}")


if __name__ == "__main__":
    main()
