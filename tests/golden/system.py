# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of fake roots, and the expected reports."""
import hashlib
import os
import struct
import zlib
from dataclasses import dataclass

from .fdt import make_fdt

RELEASE = "7.3.4"
OLDER = "7.2.12"
OLDEST = "6.12.111"

KHO_FOLDER = "sys/kernel/debug/kho/in"
KHO_FDT = f"{KHO_FOLDER}/fdt"
KHO_BLOB = f"{KHO_FOLDER}/sub_fdts/kexec-metadata"
KHO_LINEAGE = f"{KHO_FOLDER}/sub_fdts/kexec-lineage"
KHO_OUT = "sys/kernel/debug/kho/out"
KHO_FINALIZE = f"{KHO_OUT}/finalize"
MODULE = "sys/kernel/kexec_lineage"
IMA_FOLDER = "sys/kernel/security/ima"
IMA_LIST = f"{IMA_FOLDER}/binary_runtime_measurements"
PCR = "sys/class/tpm/tpm0/pcr-sha256"


@dataclass
class Link:
    target: str


@dataclass
class Forbidden:
    content: bytes


FOLDER = object()


def build_root(root, description):
    root.mkdir()
    for path, content in description.items():
        put(root / path, content)
    return root


def put(path, content):
    if content is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if content is FOLDER:
        path.mkdir(exist_ok=True)
    elif isinstance(content, Link):
        os.symlink(content.target, path)
    elif isinstance(content, Forbidden):
        path.write_bytes(content.content)
        path.chmod(0)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)


# Parts of a fake root ------------------------------------------------------------------------------

def x86(loader_type, release=RELEASE, cmdline="root=/dev/sda1 ro quiet"):
    return {"proc/sys/kernel/osrelease": encode(release) + b"\n",
            "proc/sys/kernel/bootloader_type": f"{loader_type}\n",
            "proc/cmdline": encode(cmdline) + b"\n"}


def devicetree(cmdline="root=/dev/sda1 ro quiet"):
    """Return a system with a device tree, on which a cold boot leaves no trace."""
    return {"proc/sys/kernel/osrelease": f"{RELEASE}\n", "proc/cmdline": encode(cmdline) + b"\n"}


def cold(**options):
    return x86(176, **options)


def kexeced(**options):
    return x86(208, **options)


def encode(text):
    return text if isinstance(text, bytes) else text.encode()


def seal(body):
    """Append the CRC to the body of a stamp."""
    return f"kexec_lineage.stamp={body},{zlib.crc32(encode(body)):08x}"


def stamp(count, *entries, kind="k", made_for=""):
    return seal(f"1,{kind},{count},{made_for},{','.join(entries)}")


def metadata(release, count, version=1, tail=b""):
    field = encode(release)[:65].ljust(65, b"\0")
    return struct.pack("=I", version) + field + struct.pack("=I", count) + tail


def wrapped(blob):
    """Return a metadata blob as our module publishes it on Linux before 7.1."""
    return make_fdt({"kexec-metadata": blob})


def lineage_blob(sealed):
    """Return a stamp as our module passes it through KHO."""
    return make_fdt({"compatible": b"kexec-lineage-v1\0",
                     "stamp": encode(sealed).partition(b"=")[2] + b"\0"})


def u64(number):
    return struct.pack("=Q", number)


def subtree(compatible, size):
    """Return the properties of a subtree's node as the given version of KHO's ABI defines them."""
    if compatible == "kho-v1":
        return {"fdt": u64(0x7F000000)}
    return {"preserved-data": u64(0x7F000000), "blob-size": u64(size)}


def kho_fdt(compatible, size=73):
    return make_fdt({"compatible": compatible.encode() + b"\0", "preserved-memory-map": u64(0x1000),
                     "kexec-metadata": subtree(compatible, size)})


def kho(compatible, blob):
    return {KHO_FDT: kho_fdt(compatible, len(blob)), KHO_BLOB: blob}


def kho_blobs(compatible, blob=None, lineage=None):
    """Return the files of KHO with kexec-metadata, kexec-lineage or both, valid or not."""
    blobs = {name: data for name, data in (("kexec-metadata", blob), ("kexec-lineage", lineage))
             if data is not None}
    fdt = make_fdt({"compatible": encode(compatible) + b"\0",
                    **{name: subtree(compatible, len(data)) for name, data in blobs.items()}})
    return {KHO_FDT: fdt, **{f"{KHO_FOLDER}/sub_fdts/{name}": data for name, data in blobs.items()}}


def module(previous="", count="", chain="", **others):
    files = {"previous_release": previous, "kexec_count": count, "chain": chain, **others}
    return {f"{MODULE}/{name}": None if text is None else encode(text) + b"\n"
            for name, text in files.items()}


def measurement(name, value=None, template=None, pcr=10, violation=False, content=b"", algorithm="sha256"):
    """Return a measurement of IMA's list: a hash of the value or content, the name, and with a value the template
    ima-buf."""
    hashed = algorithm.encode() + b":\0" + hashlib.new(algorithm, value or content).digest()
    fields = [hashed, name.encode() + b"\0"] + ([] if value is None else [value])
    data = b"".join(struct.pack("=I", len(field)) + field for field in fields)
    template = (template or ("ima-ng" if value is None else "ima-buf")).encode()
    digest = bytes(20) if violation else hashlib.sha1(data).digest()
    return (struct.pack("=I", pcr) + digest + struct.pack("=I", len(template)) + template
            + struct.pack("=I", len(data)) + data)


def measured(*releases):
    """Return the list of kernels, oldest first; None is a kernel that did not measure its release."""
    return b"".join(measurement("boot_aggregate") + measurement("/init")
                    + (b"" if name is None else measurement("kernel_version", encode(name)))
                    for name in releases)


def replay(measurements, pcr=10):
    """Return the content of a TPM's register after IMA's list, as the kernel shows it."""
    value, rest = bytes(32), measurements
    while rest:
        number, digest, length = struct.unpack_from("=I20sI", rest)
        size, = struct.unpack_from("=I", rest, 28 + length)
        data, rest = rest[32 + length:32 + length + size], rest[32 + length + size:]
        if number == pcr:
            added = hashlib.sha256(data).digest() if any(digest) else b"\xff" * 32
            value = hashlib.sha256(value + added).digest()
    return value.hex().upper() + "\n"


def ima(measurements, pcr=None):
    """Return the files of IMA and of a TPM that attests its list; pcr: other content of the register."""
    return {IMA_LIST: measurements, f"{PCR}/10": pcr or replay(measurements)}


def kmsg(*lines):
    return {"dev/kmsg": b"".join(encode(line) + b"\n" for line in lines)}


# Expected output of `show --json` --------------------------------------------------------------

ABSENT_DETAILS = {
    "ima": "no /sys/kernel/security/ima: IMA is not built into this kernel, or securityfs is not mounted",
    "kho": "no /sys/kernel/debug/kho: KHO is not built into this kernel, KHO is off (boot with kho=on), or debugfs is not mounted",
    "stamp": "no kexec_lineage.stamp= on the command line",
    "module": "the module kexec_lineage is not loaded",
    "log": "there is no /dev/kmsg",
}


def source(name, status="ok", previous=None, count=None, detail=None):
    return {"source": name, "status": status, "previous_release": previous, "kexec_count": count,
            "detail": detail}


def report(*sources, release=RELEASE, boot="kexec", previous=None, count=None, chain=(),
           complete=False, conflicts=()):
    """Return the object of `show --json`; sources that are not named are absent."""
    named = {entry["source"]: entry for entry in sources}
    entries = [named.get(name, source(name, "absent", detail=detail))
               for name, detail in ABSENT_DETAILS.items()]
    return {"release": release, "boot": boot, "previous_release": previous, "kexec_count": count,
            "chain": [{"release": name, "runs": runs} for name, runs in chain],
            "chain_complete": complete, "sources": entries, "conflicts": list(conflicts)}


def cold_report(*sources, **options):
    return report(*sources, boot="cold", count=0, complete=True, **options)


# A machine over several boots --------------------------------------------------------------------

MACHINE_ID = "0123456789abcdef0123456789abcdef"
HOST_NAME = "web1"


def boot(number, description, started=1_790_000_000):
    """Boot @number of one machine: @description and the files that identify the boot."""
    return {**description, "etc/machine-id": f"{MACHINE_ID}\n", "run": FOLDER, "var/lib": FOLDER,
            "proc/sys/kernel/hostname": f"{HOST_NAME}\n",
            "proc/sys/kernel/random/boot_id": f"00000000-0000-4000-8000-{number:012d}\n",
            "proc/sys/kernel/version": f"#{number} SMP\n",
            "proc/stat": f"cpu  1 2 3\nbtime {started + 100 * number}\nprocesses 1\n",
            "sys/kernel/notes": build_id_note(bytes([number % 256]) * 20)}


def build_id_note(build_id):
    """Return the content of /sys/kernel/notes: a Xen note and the GNU build ID."""
    return note(b"Xen\0", 6, b"linux") + note(b"GNU\0", 3, build_id)


def note(name, kind, content):
    def pad(data):
        return data + bytes(-len(data) % 4)

    return struct.pack("=III", len(name), len(content), kind) + pad(name) + pad(content)
