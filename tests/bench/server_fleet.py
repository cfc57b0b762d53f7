# SPDX-License-Identifier: GPL-2.0-or-later
"""A large fleet in a ClickHouse database, computed by the server itself, since sending it takes hours.

Each machine has 40 boots in 20 weeks. Host names, boot ids, builds and chains are as long as real ones. The releases,
labels, signatures and rates are those of tests/fleet: the fault of 7.3.4 is 30 times as likely after 7.2.9, and from
the fourth kexec in a row on. Everything depends on a hash of the machine and the number of the boot, so that the server
can compute the weeks one after the other.
"""
RELEASES = "['6.12.90', '7.1.4', '7.2.9', '7.2.12', '7.3.1', '7.3.4', '7.3.5', '7.4.0-rc2']"
SIGNATURES = ("['nvme_poll', 'ext4_writepages', 'tcp_ack', 'kfree_skb', 'page_fault_in', 'io_uring_poll',"
              " 'bpf_map_lookup', 'xfs_iread', 'dm_submit_bio', 'rcu_note', 'irq_domain', 'mlx5_eq_int',"
              " 'tpm_read_log']")
WEEKS, BOOTS_PER_WEEK = 20, 2
START = 2917 * 604800  # 2025-11-27, the first second of a week of the store
BATCH = 1 << 20  # rows that the server computes at once
TIMEOUT_S = 3600


def _below(boot: str, salt: int, share: float) -> str:
    """Return SQL that is true for a share of all boots. The number of the boot is the SQL @boot."""
    return f"cityHash64(machine, {boot}, {salt}) % 100000 < {int(share * 100000)}"


def _release(boot: str) -> str:
    """Return SQL for the number of a release. A machine often boots the same release twice."""
    return (f"toUInt8(cityHash64(machine, if({_below(boot, 2, 0.6)}, toInt64(intDiv({boot}, 2)),"
            f" toInt64(1000 + {boot})), 1) % 8)")


def _is_cold(boot: str) -> str:
    """Return SQL: a boot that may have crashed is followed by a cold boot."""
    return (f"({boot}) % 16 = 0 OR {_below(boot, 3, 0.2)} OR {_below(f'{boot} - 1', 4, 0.024)}"
            f" OR {_below(f'{boot} - 1', 5, 0.06)}")


# One SELECT for each step, since the server computes an expression again wherever its alias is used.
BOOTS = f"""
SELECT concat('node-', substring(toString(10000000 + machine), 2), '.fleet.example') AS host,
 concat(substring(id, 1, 8), '-', substring(id, 9, 4), '-4', substring(id, 13, 3), '-8', substring(id, 14, 3), '-',
 substring(lower(hex(cityHash64(machine, n, 6))), 1, 12)) AS boot_id, version, version AS sequence, time,
 {RELEASES}[release_number + 1] AS release,
 concat('#1 SMP PREEMPT_DYNAMIC Debian ', release, '-1 (2025-11-0', toString(release_number + 1), ')') AS build,
 lower(concat(hex(sipHash128(release)), '01234567')) AS build_id, if(count = 0, 'cold', 'kexec') AS boot, previous,
 count AS kexec_count, if(count = 0, NULL, concat('[', arrayStringConcat(arrayMap((x, from, to) ->
 concat('{{"release":"', {RELEASES}[x + 1], '","runs":', toString(to - from), '}}'), entries, starts,
 arrayPopFront(arrayPushBack(starts, length(chain_numbers) + 1))), ','), ']')) AS chain, 1 AS chain_is_complete,
 ['model A', 'model B', 'model C'][1 + cityHash64(machine, 11) % 3] AS label,
 if(has_crashed, 'crash', if(is_cold_next, 'clean', 'kexec')) AS end, 1 AS has_kernel_id, 'record' AS time_source,
 length_s * 1000000 AS last_uptime_us, time + length_s AS last_seen, 'record' AS source, 1 AS is_recorded,
 toUInt16(intDiv(time, 604800)) AS week
FROM (SELECT *, arrayFilter((x, is) -> is, chain_numbers, is_start) AS entries,
 arrayFilter((x, is) -> is, arrayEnumerate(chain_numbers), is_start) AS starts,
 if(has_crashed, intDiv(planned_s, 3), planned_s) AS length_s FROM
(SELECT *, arrayMap((x, y) -> x != y, chain_numbers, arrayPopBack(arrayPushFront(chain_numbers, 255))) AS is_start,
 has_noise OR release_number = 5 AND cityHash64(machine, n, 5) % 100000 <
 if(previous = '7.2.9' OR count > 3, 6000, 200) AS has_crashed FROM
(SELECT *, if(count = 0, '', {RELEASES}[chain_numbers[1] + 1]) AS previous FROM
(SELECT *, arrayMap(x -> {_release('(n - 1 - toInt64(x))')}, range(toUInt64(count))) AS chain_numbers FROM
(SELECT machine, n, {_release('n')} AS release_number, lower(hex(cityHash64(machine, n, 7))) AS id,
 toInt64(arrayFirstIndex(x -> {_is_cold('(n - toInt64(x))')}, range(toUInt64(n % 16 + 1)))) - 1 AS count,
 {_is_cold('(n + 1)')} AS is_cold_next, {_below('n', 4, 0.024)} AS has_noise,
 toInt64({START} + n * 302400 + cityHash64(machine, n, 9) % 100000) AS time,
 toInt64(20000 + cityHash64(machine, n, 10) % 180000) AS planned_s,
 toUInt64(time) * 1000000000 + machine AS version FROM
(SELECT intDiv(number, {BOOTS_PER_WEEK}) AS machine,
 toInt64(@week * {BOOTS_PER_WEEK} + number % {BOOTS_PER_WEEK}) AS n FROM system.numbers LIMIT @rows))))))
"""

COLUMNS = """host, boot_id, version, sequence, time, release, build, build_id, boot, previous, kexec_count, chain,
chain_is_complete, label, end, has_kernel_id, time_source, last_uptime_us, last_seen, source, is_recorded, week"""

# Crashes are chosen among the boots that crashed: the fault is as common as the rates above say.
CRASHES = f"""
SELECT host, boot_id, {SIGNATURES}[number] AS signature, last_uptime_us AS uptime_us, last_seen AS time, version,
 concat('WARNING in ', signature) AS title, 'oops' AS type, signature AS frame,
 concat(signature, '\\ndo_syscall_64\\nentry_SYSCALL_64_after_hwframe') AS frames, release, boot, previous,
 kexec_count, label, version AS recorded, week
FROM (SELECT *, if(release = '7.3.4' AND cityHash64(boot_id) % 1000 <
 if(previous = '7.2.9' OR kexec_count > 3, 714, 77), 13, 1 + cityHash64(boot_id, 1) % 12) AS number
 FROM @database.boot_rows WHERE week = @week AND end = 'crash')
"""
CRASH_COLUMNS = """host, boot_id, signature, uptime_us, time, version, title, type, frame, frames, release, boot,
previous, kexec_count, label, recorded, week"""


def make(server, database: str, boots: int) -> None:
    """Add a fleet to a database with the tables of a store."""
    for number in range(WEEKS):
        rows = BOOTS.replace("@week", str(number)).replace("@rows", str(boots // WEEKS))
        crashes = CRASHES.replace("@week", str(START // 604800 + number)).replace("@database", database)
        server.ask(f"INSERT INTO {database}.boot_rows ({COLUMNS}) SELECT {COLUMNS} FROM ({rows}) "
                   f"SETTINGS max_block_size={BATCH}", TIMEOUT_S)
        server.ask(f"INSERT INTO {database}.crash_rows ({CRASH_COLUMNS}) {crashes}", TIMEOUT_S)
