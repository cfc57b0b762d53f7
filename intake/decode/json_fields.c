// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Field names that log shippers, container engines and cloud providers use in JSON for the parts of
 * a log line.
 */
#include "json_fields.h"

/*
 * If an object has several fields for one part, the first row takes precedence. If @parent is not
 * NULL, the field must be inside an object of this name. To add a field name, add a row here and a
 * row in tests/golden/encode_json.py.
 */
static const struct {
	enum intake_json_part part;
	const char *parent;
	const char *name;
} fields[] = {
	{ INTAKE_JSON_MESSAGE, NULL, "MESSAGE" }, /* journald, fluent-bit's systemd input, GCP */
	{ INTAKE_JSON_MESSAGE, NULL, "message" }, /* Vector, Filebeat, CloudWatch, rsyslog */
	{ INTAKE_JSON_MESSAGE, NULL, "full_message" },	/* GELF */
	{ INTAKE_JSON_MESSAGE, NULL, "short_message" }, /* GELF */
	{ INTAKE_JSON_MESSAGE, NULL, "msg" },		/* dmesg, fluent-bit's kmsg input, LAVA */
	{ INTAKE_JSON_MESSAGE, NULL, "textPayload" },	/* Google Cloud Logging */
	{ INTAKE_JSON_MESSAGE, NULL, "log" },		/* Docker, fluentd in Kubernetes */
	{ INTAKE_JSON_MESSAGE, NULL, "line" },		/* logcli of Loki */
	{ INTAKE_JSON_MESSAGE, NULL, "@message" },	/* CloudWatch Insights */
	{ INTAKE_JSON_MESSAGE, NULL, "Output" },	/* EC2 GetConsoleOutput */
	{ INTAKE_JSON_MESSAGE, NULL, "contents" },	/* Compute Engine getSerialPortOutput */
	{ INTAKE_JSON_MESSAGE, NULL, "output" },	/* OpenStack os-getConsoleOutput */
	{ INTAKE_JSON_MESSAGE, NULL, "_raw" },		/* Splunk */
	{ INTAKE_JSON_MESSAGE, NULL, "_msg" },		/* VictoriaLogs */
	{ INTAKE_JSON_MESSAGE, NULL, "event" },		/* Splunk HEC */
	{ INTAKE_JSON_MESSAGE, NULL, "Message" },	/* Windows and Azure agents */
	{ INTAKE_JSON_MESSAGE, NULL, "SyslogMessage" }, /* Azure Monitor */
	{ INTAKE_JSON_MESSAGE, NULL, "body" },		/* OpenTelemetry */
	{ INTAKE_JSON_MESSAGE, "body", "stringValue" }, /* OpenTelemetry's OTLP */
	{ INTAKE_JSON_MESSAGE, NULL, "text" },
	{ INTAKE_JSON_MESSAGE, NULL, "raw" },
	{ INTAKE_JSON_MESSAGE, NULL, "content" },

	{ INTAKE_JSON_TIME, NULL, "_SOURCE_REALTIME_TIMESTAMP" },
	{ INTAKE_JSON_TIME, NULL, "__REALTIME_TIMESTAMP" },
	{ INTAKE_JSON_TIME, NULL, "@timestamp" },
	{ INTAKE_JSON_TIME, NULL, "timestamp" },
	{ INTAKE_JSON_TIME, NULL, "time" },
	{ INTAKE_JSON_TIME, NULL, "date" },
	{ INTAKE_JSON_TIME, NULL, "ts" },
	{ INTAKE_JSON_TIME, NULL, "_time" },
	{ INTAKE_JSON_TIME, NULL, "dt" },
	{ INTAKE_JSON_TIME, NULL, "datetime" },
	{ INTAKE_JSON_TIME, NULL, "timeUnixNano" },
	{ INTAKE_JSON_TIME, NULL, "TimeGenerated" },
	{ INTAKE_JSON_TIME, NULL, "Timestamp" },
	{ INTAKE_JSON_TIME, NULL, "timereported" },
	{ INTAKE_JSON_TIME, NULL, "timegenerated" },
	{ INTAKE_JSON_TIME, NULL, "receiveTimestamp" },

	{ INTAKE_JSON_HOST, NULL, "_HOSTNAME" },
	{ INTAKE_JSON_HOST, NULL, "logsource" }, /* Logstash, where "host" is the sender */
	{ INTAKE_JSON_HOST, NULL, "hostname" },
	{ INTAKE_JSON_HOST, NULL, "HOSTNAME" },
	{ INTAKE_JSON_HOST, "host", "hostname" },
	{ INTAKE_JSON_HOST, "host", "name" },
	{ INTAKE_JSON_HOST, NULL, "host" },
	{ INTAKE_JSON_HOST, NULL, "HOST" },
	{ INTAKE_JSON_HOST, NULL, "Host" },
	{ INTAKE_JSON_HOST, NULL, "source_host" },
	{ INTAKE_JSON_HOST, NULL, "host.name" },
	{ INTAKE_JSON_HOST, NULL, "nodename" },
	{ INTAKE_JSON_HOST, NULL, "node_name" },
	{ INTAKE_JSON_HOST, NULL, "nodeName" },
	{ INTAKE_JSON_HOST, "node", "name" },
	{ INTAKE_JSON_HOST, NULL, "node" },
	{ INTAKE_JSON_HOST, NULL, "Computer" },
	{ INTAKE_JSON_HOST, NULL, "computer" },
	{ INTAKE_JSON_HOST, NULL, "fqdn" },
	{ INTAKE_JSON_HOST, NULL, "fromhost" },
	{ INTAKE_JSON_HOST, NULL, "machine" },
	{ INTAKE_JSON_HOST, NULL, "compute.googleapis.com/resource_name" },
	{ INTAKE_JSON_HOST, NULL, "instance_name" },
	{ INTAKE_JSON_HOST, NULL, "instance" },
	{ INTAKE_JSON_HOST, NULL, "instance_id" },
	{ INTAKE_JSON_HOST, NULL, "InstanceId" },
	{ INTAKE_JSON_HOST, NULL, "instanceId" },
	{ INTAKE_JSON_HOST, NULL, "fromhost-ip" },
	{ INTAKE_JSON_HOST, NULL, "source_ip" },
	{ INTAKE_JSON_HOST, NULL, "logStreamName" },
	{ INTAKE_JSON_HOST, NULL, "@logStream" },
	{ INTAKE_JSON_HOST, NULL, "source" }, /* GELF; a value that is a path is ignored */
	{ INTAKE_JSON_HOST, "agent", "hostname" },
	{ INTAKE_JSON_HOST, "beat", "hostname" },

	{ INTAKE_JSON_BOOT_ID, NULL, "_BOOT_ID" },
	{ INTAKE_JSON_BOOT_ID, NULL, "boot_id" },
	{ INTAKE_JSON_MACHINE_ID, NULL, "_MACHINE_ID" },
	{ INTAKE_JSON_MACHINE_ID, NULL, "machine_id" },

	{ INTAKE_JSON_UPTIME_US, NULL, "_SOURCE_MONOTONIC_TIMESTAMP" },
	{ INTAKE_JSON_UPTIME_US, NULL, "_SOURCE_BOOTTIME_TIMESTAMP" },
	{ INTAKE_JSON_UPTIME_US, NULL, "__MONOTONIC_TIMESTAMP" },
	{ INTAKE_JSON_SECONDS, NULL, "sec" },
	{ INTAKE_JSON_MICROS, NULL, "usec" },

	{ INTAKE_JSON_TRANSPORT, NULL, "_TRANSPORT" },
	{ INTAKE_JSON_FACILITY, NULL, "SYSLOG_FACILITY" },
	{ INTAKE_JSON_FACILITY, NULL, "facility" },
	{ INTAKE_JSON_FACILITY, "facility", "name" },
	{ INTAKE_JSON_FACILITY, NULL, "fac" },
	{ INTAKE_JSON_FACILITY, NULL, "syslogfacility-text" },
	{ INTAKE_JSON_PROGRAM, NULL, "SYSLOG_IDENTIFIER" },
	{ INTAKE_JSON_PROGRAM, NULL, "appname" },
	{ INTAKE_JSON_PROGRAM, NULL, "programname" },
	{ INTAKE_JSON_PROGRAM, NULL, "program" },
	{ INTAKE_JSON_PROGRAM, NULL, "ident" },
	{ INTAKE_JSON_LEVEL, NULL, "PRIORITY" },
	{ INTAKE_JSON_LEVEL, NULL, "priority" },
	{ INTAKE_JSON_LEVEL, NULL, "pri" },
	{ INTAKE_JSON_LEVEL, NULL, "severity" },
	{ INTAKE_JSON_LEVEL, NULL, "level" },
	{ INTAKE_JSON_CALLER, NULL, "caller" },

	{ INTAKE_JSON_CONTAINER, NULL, "container_id" },
	{ INTAKE_JSON_CONTAINER, NULL, "pod_name" },
	{ INTAKE_JSON_CONTAINER, NULL, "pod" },
	{ INTAKE_JSON_CONTAINER, NULL, "container_name" },
	{ INTAKE_JSON_CONTAINER, NULL, "container" },
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

uint32_t intake_json_field_find(struct intake_text parent, struct intake_text name,
				enum intake_json_part *ret)
{
	uint32_t found = FIELDS;

	for (uint32_t i = 0; i < FIELDS; i++) {
		if (!intake_text_is(name, fields[i].name))
			continue;
		if (!fields[i].parent && found == FIELDS)
			found = i;
		if (!fields[i].parent || !intake_text_is(parent, fields[i].parent))
			continue;
		/* A row for this parent takes precedence over a row for any parent. */
		found = i;
		break;
	}
	if (found == FIELDS)
		return INTAKE_JSON_RANK_NONE;
	*ret = fields[found].part;
	return found + 1;
}
