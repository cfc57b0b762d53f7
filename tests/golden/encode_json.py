# SPDX-License-Identifier: GPL-2.0-or-later
"""Encoders of kernel logs in the JSON of log shippers, container engines and clouds, the inverse of
intake/decode/json_fields.c.

Each encoder gets the lines of encode.py, a host, and the time at which the kernel started. The table JSON lists the
encoders and whether their output contains the host.
"""
from __future__ import annotations

import json
from datetime import datetime

from .encode import BOOT, Line, stamp
from .encode_wrappers import when


def text(line: Line) -> str:
    return (stamp(line) + line.text).decode("utf-8", "replace")


def bare(line: Line) -> str:
    return line.text.decode("utf-8", "replace")


def rows(objects) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in objects)


def iso(line: Line, start: datetime) -> str:
    return f"{when(line, start):%Y-%m-%dT%H:%M:%S.%f}Z"


def docker(lines, host, start):
    return rows({"log": text(line) + "\n", "stream": "stdout", "time": iso(line, start)} for line in lines)


def fluentd_kubernetes(lines, host, start):
    return rows({"log": text(line) + "\n", "stream": "stderr", "kubernetes": {"pod_name": "console-0", "host": host,
                 "labels": {"app": "console"}}, "tag": "kube.var.log.x"} for line in lines)


def fluent_bit_kmsg(lines, host, start):
    return rows({"date": when(line, start).timestamp(), "priority": 4, "sequence": number,
            "sec": (line.usec or 0) // 1000000,
                 "usec": (line.usec or 0) % 1000000, "msg": bare(line)} for number, line in enumerate(lines))


def fluent_bit_systemd(lines, host, start):
    return rows({"date": when(line, start).timestamp(), "_TRANSPORT": "kernel", "_HOSTNAME": host, "_BOOT_ID": BOOT,
                 "PRIORITY": "4", "_SOURCE_MONOTONIC_TIMESTAMP": str(line.usec or 0), "MESSAGE": bare(line)}
                         for line in lines)


def vector_file(lines, host, start):
    return rows({"file": "/var/log/kern.log", "host": host, "message": text(line), "source_type": "file",
                 "timestamp": iso(line, start)} for line in lines)


def vector_journald(lines, host, start):
    return rows({"PRIORITY": "4", "_BOOT_ID": BOOT, "_SOURCE_MONOTONIC_TIMESTAMP": str(line.usec or 0),
            "_TRANSPORT": "kernel",
                 "host": host, "message": bare(line), "timestamp": iso(line, start)} for line in lines)


def filebeat(lines, host, start):
    return rows({"@timestamp": iso(line, start), "@metadata": {"beat": "filebeat", "type": "_doc"},
                 "log": {"offset": number * 100, "file": {"path": "/var/log/console.log"}}, "message": text(line),
                 "input": {"type": "log"}, "host": {"name": host, "os": {"name": "Debian"}}, "agent": {"hostname": "collector"}}
                for number, line in enumerate(lines))


def elastic_hits(lines, host, start):
    hits = [{"_index": "logs", "_id": str(number), "_source": {"@timestamp": iso(line, start), "message": text(line),
             "host": {"hostname": host}}} for number, line in enumerate(lines)]
    return json.dumps({"took": 3, "timed_out": False, "hits": {"total": {"value": len(hits)}, "hits": hits}}).encode()


def loki_query(lines, host, start):
    values = [[f"{int(when(line, start).timestamp() * 1e6)}000", text(line)] for line in lines]
    return json.dumps({"status": "success", "data": {"resultType": "streams", "result": [
        {"stream": {"host": host, "job": "console"}, "values": values}], "stats": {}}}).encode()


def logcli(lines, host, start):
    return rows({"labels": {"hostname": host}, "line": text(line), "timestamp": iso(line, start)} for line in lines)


def gcp_lines(lines, host, start):
    return rows({"insertId": str(number), "textPayload": text(line) + "\r\n", "timestamp": iso(line, start),
                 "labels": {"compute.googleapis.com/resource_name": host},
                 "resource": {"type": "gce_instance", "labels": {"instance_id": "77", "zone": "b"}}}
                for number, line in enumerate(lines))


def gcp_payload(lines, host, start):
    """Return an array, as `gcloud logging read --format=json` prints it."""
    return json.dumps([{"insertId": str(number), "jsonPayload": {"message": text(line), "_HOSTNAME": host},
                        "timestamp": iso(line, start)} for number, line in enumerate(lines)], indent=2).encode()


def gcp_serial_port(lines, host, start):
    return json.dumps({"contents": "".join(text(line) + "\r\n" for line in lines), "kind": "compute#serialPortOutput",
                       "next": "1234", "start": "0"}, indent=2).encode()


def ec2(lines, host, start):
    return json.dumps({"InstanceId": host, "Output": "".join(text(line) + "\r\n" for line in lines),
                       "Timestamp": iso(lines[-1], start)}).encode()


def cloudwatch(lines, host, start):
    return json.dumps({"events": [{"logStreamName": host, "timestamp": int(when(line, start).timestamp() * 1000),
                       "message": text(line), "ingestionTime": 1, "eventId": "3"} for line in lines],
                               "searchedLogStreams": []},
                      indent=4).encode()


def splunk(lines, host, start):
    return rows({"preview": False, "result": {"_raw": text(line), "host": host, "_time": iso(line, start),
                 "source": "/var/log/console"}} for line in lines)


def gelf(lines, host, start):
    return rows({"version": "1.1", "host": host, "short_message": text(line), "timestamp": when(line,
            start).timestamp(),
                 "level": 4} for line in lines)


def rsyslog(lines, host, start):
    return rows({"message": " " + text(line), "fromhost": "relay", "facility": "kern", "priority": "warning",
                 "timereported": iso(line, start), "hostname": host, "programname": "kernel"} for line in lines)


def logstash(lines, host, start):
    return rows({"@timestamp": iso(line, start), "message": text(line), "host": "10.0.0.9", "logsource": host,
                 "program": "kernel", "facility": 0} for line in lines)


def event(line, colon=": "):
    return json.dumps({"priority": 4, "sec": (line.usec or 0) // 1000000, "usec": (line.usec or 0) % 1000000,
                       "msg": bare(line)}, separators=(", ", colon))


def fluentd_file(lines, host, start):
    return "".join(f"{when(line, start):%Y-%m-%dT%H:%M:%S}+00:00\tconsole.kern\t{event(line)}\n"
                   for line in lines).encode()


def fluent_bit_stdout(lines, host, start):
    return "".join(f"[{number}] kmsg.0: [[{when(line, start).timestamp():.9f}, {{}}], {event(line, '=>')}]\n"
                   for number, line in enumerate(lines)).encode()


def fluent_bit_file(lines, host, start):
    return "".join(f"kmsg.0: [{when(line, start).timestamp():.9f}, {event(line)}]\n" for line in lines).encode()


def fluent_bit_forward(lines, host, start):
    return "".join(f"[{when(line, start).timestamp():.6f}, {event(line)}]\n" for line in lines).encode()


def netconsole(lines, host, start):
    """Return extended netconsole, received by the UDP input of a log shipper."""
    return rows({"host": host, "timestamp": iso(line, start), "message": f"4,{number},{line.usec or 0},-;{bare(line)}"}
                for number, line in enumerate(lines))


def otlp(lines, host, start):
    records = [{"timeUnixNano": f"{int(when(line, start).timestamp() * 1e6)}000", "severityNumber": 13,
                "body": {"stringValue": text(line)}} for line in lines]
    return json.dumps({"resourceLogs": [{"resource": {"attributes": []},
            "scopeLogs": [{"logRecords": records}]}]}).encode()


def lava(lines, host, start):
    return b"".join(b"- " + json.dumps({"dt": f"{when(line, start):%Y-%m-%dT%H:%M:%S.%f}", "lvl": "target",
            "msg": text(line)})
                    .encode() + b"\n" for line in lines)


def dmesg_entries(lines, first):
    entries = ",\n".join(f"      {{\n         {first},\n"
                         f'         "time": {(line.usec or 0) / 1e6:13.6f},\n'
                         f'         "msg": {json.dumps(bare(line))}\n      }}' for line in lines)
    return f'{{\n   "dmesg": [\n{entries}\n   ]\n}}\n'.encode()


def dmesg(lines, host, start):
    return dmesg_entries(lines, '"pri": 4')


def dmesg_decode(lines, host, start):
    return dmesg_entries(lines, '"fac": "kern",\n         "pri": "warn",\n         "caller": "T1"')


def journal(lines, host, start):
    return [{"__CURSOR": f"s=1;i={number:x}", "__REALTIME_TIMESTAMP": str(int(when(line, start).timestamp() * 1e6)),
             "_BOOT_ID": BOOT, "_HOSTNAME": host, "_TRANSPORT": "kernel",
                     "_SOURCE_MONOTONIC_TIMESTAMP": str(line.usec or 0),
             "MESSAGE": bare(line)} for number, line in enumerate(lines)]


def json_pretty(lines, host, start):
    return b"".join(json.dumps(entry, indent="\t", separators=(",", " : ")).encode() + b"\n"
            for entry in journal(lines, host, start))


def json_seq(lines, host, start):
    return b"".join(b"\x1e" + json.dumps(entry).encode() + b"\n" for entry in journal(lines, host, start))


def json_sse(lines, host, start):
    return b"".join(b"data: " + json.dumps(entry).encode() + b"\n\n" for entry in journal(lines, host, start))


def output_fields(lines, host, start):
    keep = {"__CURSOR", "__REALTIME_TIMESTAMP", "_BOOT_ID", "MESSAGE"}
    return rows({name: value for name, value in entry.items() if name in keep} for entry in journal(lines, host, start))


def verbose(lines, host, start):
    out = []
    for number, line in enumerate(lines):
        at = when(line, start)
        out.append(f"{at:%a %Y-%m-%d %H:%M:%S.%f} UTC [s=1;i={number:x};b={BOOT};m={line.usec or 0:x};t=1;x=2]\n"
                   f"    _TRANSPORT=kernel\n    _HOSTNAME={host}\n    PRIORITY=4\n    MESSAGE={bare(line)}\n")
    return "".join(out).encode()


def pairs(lines, host, start):
    """Return objects one after another, without newlines."""
    return b"".join(json.dumps({"message": text(line), "host": host}).encode() for line in lines)


JSON = {
    "docker": (docker, False), "fluentd in Kubernetes": (fluentd_kubernetes, True),
            "fluent-bit kmsg": (fluent_bit_kmsg, False),
    "fluent-bit systemd": (fluent_bit_systemd, True), "Vector file": (vector_file, True),
    "Vector journald": (vector_journald, True), "Filebeat": (filebeat, True), "Elasticsearch": (elastic_hits, True),
    "Loki": (loki_query, True), "logcli": (logcli, True), "GCP lines": (gcp_lines, True), "GCP array": (gcp_payload,
            True),
    "GCP serial port": (gcp_serial_port, False), "EC2": (ec2, True), "CloudWatch": (cloudwatch, True),
            "Splunk": (splunk, True),
    "GELF": (gelf, True), "rsyslog": (rsyslog, True), "OTLP": (otlp, False), "LAVA": (lava, False),
            "dmesg -J": (dmesg, False),
    "dmesg -J -x": (dmesg_decode, False), "json-pretty": (json_pretty, True), "json-seq": (json_seq, True),
    "Logstash": (logstash, True), "fluentd file": (fluentd_file, False), "netconsole": (netconsole, True),
    "fluent-bit stdout": (fluent_bit_stdout, False), "fluent-bit file": (fluent_bit_file, False),
    "fluent-bit forward": (fluent_bit_forward, False),
    "json-sse": (json_sse, True), "--output-fields": (output_fields, False), "verbose": (verbose, True),
            "glued": (pairs, True),
}
