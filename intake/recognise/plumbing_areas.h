/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The areas of the kernel whose functions are plumbing. For plumbing.c alone.
 *
 * A row's source says where its functions are, in kernels from 3.x to 7.x; docs/signatures.md says
 * why each reason is one. A name that ends in '*' stands for all that begin so: only where no driver
 * or filesystem has a function of its own that begins like that, or it would be passed over. One with
 * a '*' in front stands for all that end so, one with both for all that have it in them. A function
 * may be in several rows.
 */
#ifndef LINEAGE_INTAKE_RECOGNISE_PLUMBING_AREAS_H
#define LINEAGE_INTAKE_RECOGNISE_PLUMBING_AREAS_H

#include "plumbing.h"

/* What plumbing.h asks for by functions of its own. */
#define DISPATCHES (1U << 30)
#define INTERRUPTS (1U << 31)

struct area {
	unsigned int reason;
	const char *source; /* where the functions are, for a reader who wants to check */
	const char *names;  /* separated by blanks */
};

static const struct area areas[] = {
	/* Prints the report, catches the trap, checks. */
	{ INTAKE_PLUMBING_REPORT,
	  "lib/dump_stack.c, kernel/stacktrace.c, arch: kernel/dumpstack.c, stacktrace.c",
	  "dump_stack dump_stack_lvl __dump_stack dump_stack_print_info show_stack show_stack_regs "
	  "show_stack_log_lvl show_trace show_trace_log_lvl* __show_trace_log_lvl show_backtrace "
	  "show_stacktrace show_raw_backtrace show_regs show_regs_print_info show_registers "
	  "__show_regs show_iret_regs show_opcodes show_code dump_backtrace* c_backtrace "
	  "unwind_backtrace walk_stackframe arch_stack_walk* __save_stack_trace* save_stack_trace* "
	  "save_stack save_stack_address set_track stack_trace_save* stack_trace_consume_* "
	  "stack_trace_print stack_depot_save* depot_save_stack print_context_stack "
	  "print_trace_stack print_stack_trace dump_trace printk_stack_address show_mem __show_mem "
	  "show_state_filter sched_show_task _sched_show_task show_opcode " },
	{ INTAKE_PLUMBING_REPORT,
	  "kernel/panic.c, lib/bug.c, arch: kernel/traps.c: what a failed check calls",
	  "panic vpanic __panic panic_saved_regs nmi_panic check_panic_on_warn __warn "
	  "__warn_printk warn_slowpath_* warn_bogus_irq_restore print_oops_end_marker add_taint "
	  "oops_begin oops_end oops_enter oops_exit oops_may_print bust_spinlocks crash_kexec "
	  "__crash_kexec report_bug __report_bug report_bug_entry find_bug handle_bug "
	  "handle_invalid_op fixup_bug is_valid_bugaddr bug_handler bug_brk_handler die __die "
	  "die_addr __die_body __die_header die_body die_nmi die_kernel_fault die_if_kernel "
	  "die_mce die_will_crash arm_notify_die arm64_notify_die arm64_serror_panic "
	  "rewind_stack_do_exit rewind_stack_and_make_dead make_task_dead __WARN_trap "
	  "__stack_chk_fail stack_chk_fail stackprotector_* __bug __BUG report_cfi_failure "
	  "handle_cfi_failure __cfi_slowpath __cfi_slowpath_diag __cfi_check_fail "
	  "__ubsan_handle_cfi_* decode_bug __warn_args " },
	{ INTAKE_PLUMBING_REPORT,
	  "what asserts for its caller: net/core/skbuff.c, fs, mm/filemap.c, lib, rust",
	  "skb_panic skb_over_panic skb_under_panic skb_put skb_push skb_pull skb_pull_data "
	  "pskb_put assfail* asswarn btrfs_assertfail assertfail ext4_handle_error "
	  "btrfs_warn_32bit_limit __btrfs_panic reiserfs_panic __reiserfs_panic f2fs_bug_on "
	  "gfs2_assert_withdraw_i gfs2_assert_warn_i gfs2_withdraw ocfs2_bug jbd2_assert_failed "
	  "nfs_warn_bad afs_assert netfs_assert drop_nlink inc_nlink clear_nlink set_nlink "
	  "mark_buffer_dirty folio_unlock unlock_page folio_end_writeback end_page_writeback "
	  "ref_tracker_alloc ref_tracker_free ref_tracker_dir_exit ref_tracker_dir_print dump_page "
	  "__dump_page dump_vma dump_mm dump_mapping rust_helper_* rust_begin_unwind core::* "
	  "<core::* *rust_begin_unwind* *4core9panicking* *core6result13unwrap_failed* "
	  "*core6option13unwrap_failed* " },
	{ INTAKE_PLUMBING_REPORT,
	  "kernel/trace, kernel/events, kernel/bpf: probes that run inside whoever passes by",
	  "perf_trace_* perf_tp_event perf_tp_event_match trace_event_buffer_* "
	  "trace_event_raw_event_* trace_event_get_offsets_* ftrace_raw_event_* __traceiter_* "
	  "__bpf_trace_* bpf_trace_run* trace_call_bpf trace_lock_acquire trace_lock_acquired "
	  "trace_lock_release trace_lock_contended trace_contention_begin trace_contention_end "
	  "trace_hardirqs_on* trace_hardirqs_off* trace_preempt_on trace_preempt_off "
	  "trace_softirqs_on trace_softirqs_off trace_irq_enable trace_irq_disable __trace_stack "
	  "__ftrace_trace_stack ftrace_trace_stack ftrace_caller ftrace_call ftrace_regs_caller "
	  "ftrace_regs_call ftrace_graph_caller return_to_handler ftrace_stub ftrace_ops_list_func "
	  "arch_ftrace_ops_list_func function_trace_call __fentry__ mcount _mcount "
	  "kprobe_ftrace_handler optimized_callback opt_pre_handler static_call_* __static_call_* "
	  "__SCT__* __SCK__* " },
	{ INTAKE_PLUMBING_REPORT,
	  "mm/kasan, mm/kmsan, mm/kfence, kernel/kcsan, lib/ubsan.c, kernel/kcov.c: sanitizers",
	  "kasan_* __kasan_* __asan_* __hwasan_* asan_* hwasan_* check_memory_region "
	  "check_memory_region_inline check_region_inline check_memory_access memory_is_poisoned* "
	  "bytes_is_nonzero memory_is_nonzero addr_has_metadata addr_has_shadow "
	  "print_address_description print_address_stack_frame print_error_description "
	  "print_shadow_for_address print_report start_report end_report complete_report_info "
	  "describe_object describe_object_addr describe_object_stacks describe_address "
	  "report_suppressed report_enabled object_err_kasan qlink_free qlink_to_object "
	  "quarantine_put quarantine_reduce mte_check_tfsr_el1 kmsan_* __msan_* __kmsan_* kcsan_* "
	  "__kcsan_* __tsan_* tsan_* kfence_* __kfence_* report_race* read_instrumented_memory "
	  "ubsan_* __ubsan_* val_to_string handle_overflow handle_missaligned_access "
	  "handle_misaligned_access handle_null_ptr_deref handle_object_size_mismatch "
	  "handle_ubsan_failure __sanitizer_* write_comp_data check_kcov_mode kcov_remote_* "
	  "canonicalize_ip " },
	{ INTAKE_PLUMBING_REPORT,
	  "kernel/locking/lockdep.c, lib/debug_locks.c, kernel/locking/{mutex,spinlock}*debug.c",
	  "lock_acquire* lock_release* lock_contended lock_sync lock_downgrade lock_set_class "
	  "lock_pin_lock lock_unpin_lock lock_repin_lock lock_is_held lock_is_held_type "
	  "__lock_acquire __lock_release __lock_acquired __lock_contended __lock_downgrade "
	  "__lock_set_class __lock_is_held __lock_pin_lock lockdep_* __lockdep_* "
	  "print_circular_bug* print_circular_lock_scenario print_deadlock_bug "
	  "print_deadlock_scenario print_usage_bug* print_irq_inversion_bug "
	  "print_irq_lock_scenario print_bad_irq_dependency print_unlock_imbalance_bug "
	  "print_unlock_inbalance_bug print_lock_* print_kernel_ident print_kernel_version "
	  "print_lock print_freed_lock_bug print_held_locks_bug print_irqtrace_events "
	  "print_collision print_bfs_bug print_shortest_lock_dependencies* check_prev_add "
	  "check_prevs_add check_noncircular check_deadlock check_irq_usage check_usage "
	  "check_usage_forwards check_usage_backwards check_wait_context check_flags "
	  "check_redundant check_path check_chain_key check_no_collision validate_chain "
	  "add_lock_to_list add_chain_cache lookup_chain_cache* mark_lock mark_lock_irq mark_usage "
	  "mark_held_locks mark_irqflags register_lock_class look_up_lock_class assign_lock_key "
	  "alloc_list_entry save_trace debug_check_no_locks_* debug_locks_off* find_held_lock "
	  "match_held_lock reacquire_held_locks hlock_class graph_lock graph_unlock valid_state "
	  "__trace_hardirqs_on_caller __trace_hardirqs_off_caller inc_lockdep_* static_obj "
	  "is_dynamic_key iterate_chain_key __bfs* spin_bug spin_dump rwlock_bug debug_spin_* "
	  "debug_write_* debug_mutex_* " },
	{ INTAKE_PLUMBING_REPORT,
	  "kernel/sched/core.c, mm/memory.c, lib/smp_processor_id.c: checks of context",
	  "__might_sleep ___might_sleep __might_resched might_sleep might_alloc might_sleep_if "
	  "might_fault __might_fault __cant_sleep __cant_migrate __schedule_bug schedule_debug "
	  "debug_smp_processor_id check_preemption_disabled __this_cpu_preempt_check "
	  "preempt_latency_start " },
	{ INTAKE_PLUMBING_REPORT,
	  "lib/debugobjects.c, lib/fault-inject.c, lib/list_debug.c, mm/kmemleak.c, mm/usercopy.c",
	  "debug_object_* __debug_object_* debug_print_object debug_check_no_obj_freed "
	  "__debug_check_no_obj_freed debug_objects_* lookup_object_or_alloc debug_timer_* "
	  "debug_hrtimer_* debug_work_* debug_rcu_* debug_assert_init debug_activate "
	  "debug_deactivate debug_percpu_counter_* timer_is_static_object timer_fixup_* stub_timer "
	  "work_is_static_object work_fixup_* hrtimer_fixup_* percpu_counter_fixup_* "
	  "rcuhead_is_static_object rcuhead_fixup_* should_fail should_fail_ex should_failslab "
	  "__should_failslab should_fail_alloc_page __should_fail_alloc_page should_fail_futex "
	  "should_fail_usercopy should_fail_request should_fail_bio fail_dump __list_add_valid "
	  "__list_add_valid_or_report __list_del_entry_valid __list_del_entry_valid_or_report "
	  "hlist_debug_* plist_check_* kmemleak_* __kmemleak_* create_object create_object_percpu "
	  "__create_object __link_object delete_object_full delete_object_part set_track_prepare "
	  "check_heap_object __check_heap_object __check_object_size check_object_size "
	  "check_stack_object check_kernel_text_object check_page_span check_bogus_address "
	  "check_copy_size usercopy_abort usercopy_warn report_usercopy copy_overflow "
	  "__copy_overflow __bad_copy_user __bad_copy_from __bad_copy_to fortify_panic "
	  "__fortify_panic __fortify_report __write_overflow* __read_overflow* " },
	{ INTAKE_PLUMBING_REPORT,
	  "kernel/watchdog*.c, kernel/hung_task.c, kernel/rcu/tree_stall.h, lib/nmi_backtrace.c",
	  "watchdog watchdog_timer_fn watchdog_overflow_callback watchdog_hardlockup_check "
	  "watchdog_check_timestamp watchdog_interrupt_count watchdog_nmi_touch* is_softlockup "
	  "is_hardlockup check_hung_task check_hung_uninterruptible_tasks hung_task_info "
	  "touch_nmi_watchdog touch_softlockup_watchdog* touch_all_softlockup_watchdogs "
	  "nmi_cpu_backtrace nmi_cpu_backtrace_handler nmi_trigger_cpumask_backtrace "
	  "nmi_raise_cpu_backtrace nmi_trigger_all_cpu_backtrace arch_trigger_* cpumask_backtrace "
	  "raise_nmi trigger_all_cpu_backtrace trigger_allbutself_cpu_backtrace "
	  "trigger_single_cpu_backtrace trigger_cpumask_backtrace dump_cpu_task "
	  "perf_event_nmi_handler nmi_watchdog_* rcu_dump_cpu_stacks rcu_dump_task "
	  "rcu_print_task_stall* rcu_print_detail_task_stall* print_cpu_stall print_cpu_stall_info "
	  "print_other_cpu_stall check_cpu_stall show_stalled_* rcu_check_gp_kthread_* "
	  "rcu_stall_kick_kthreads rcu_pending __rcu_pending rcu_sched_clock_irq "
	  "rcu_check_callbacks rcu_check_callback panic_on_rcu_stall rcu_iw_handler "
	  "try_invoke_on_locked_down_task task_call_func sched_show_task_* " },
	{ INTAKE_PLUMBING_REPORT,
	  "kernel/time: the clock tick, and drivers/clocksource that bring it",
	  "update_process_times tick_sched_timer tick_sched_handle tick_sched_do_timer "
	  "tick_nohz_handler tick_nohz_highres_handler tick_nohz_lowres_handler tick_periodic "
	  "tick_handle_periodic tick_handle_oneshot_broadcast tick_nohz_irq_exit "
	  "tick_nohz_irq_enter tick_irq_enter tick_irq_exit tick_do_update_jiffies64 "
	  "account_process_tick hrtimer_interrupt __hrtimer_run_queues __run_hrtimer "
	  "hrtimer_run_queues arch_timer_handler_* twd_handler riscv_timer_interrupt "
	  "hv_stimer0_isr hv_stimer_* lapic_next_event handle_percpu_devid_irq handle_domain_irq "
	  "generic_handle_domain_irq generic_handle_irq generic_handle_irq_desc handle_irq_desc "
	  "xen_timer_interrupt c0_compare_interrupt constant_timer_interrupt " },

	/* Copies, compares, formats what it is handed. */
	{ INTAKE_PLUMBING_COPY,
	  "kernel/printk, lib/vsprintf.c, lib/string_helpers.c, lib/hexdump.c",
	  "printk _printk printk_safe_* __down_trylock_console_sem __up_console_sem "
	  "printk_deferred _printk_deferred vprintk* printk_emit printk_func printk_sprint "
	  "printk_nmi* __printk_ratelimit ___ratelimit early_printk dev_printk dev_printk_emit "
	  "dev_vprintk_emit __dev_printk _dev_printk _dev_emerg _dev_alert _dev_crit _dev_err "
	  "_dev_warn _dev_notice _dev_info __netdev_printk netdev_printk netdev_emerg netdev_alert "
	  "netdev_crit netdev_err netdev_warn netdev_notice netdev_info __dynamic_pr_debug "
	  "__dynamic_dev_dbg __dynamic_netdev_dbg vsnprintf snprintf sprintf vsprintf scnprintf "
	  "vscnprintf bstr_printf vbin_printf va_format sscanf vsscanf kasprintf kvasprintf "
	  "kvasprintf_const string string_nocheck number pointer format_decode widen_string "
	  "hex_string symbol_string uuid_string escaped_string special_hex_number put_dec "
	  "string_escape_mem string_unescape simple_strtol simple_strtoul simple_strtoll "
	  "simple_strtoull kstrto* _kstrto* hex_dump_to_buffer print_hex_dump* bin2hex hex2bin "
	  "sysfs_emit sysfs_emit_at seq_printf seq_vprintf seq_puts seq_putc seq_write seq_escape "
	  "seq_escape_mem seq_put_decimal_ull* seq_put_decimal_ll seq_bprintf " },
	{ INTAKE_PLUMBING_COPY, "lib/string.c, lib/string_helpers.c, arch: lib/mem*.S, lib/str*.S",
	  "memcpy memcpy_flushcache memcpy_mcsafe* memcpy_page_flushcache memcpy_fast* __memcpy* "
	  "___memcpy __pi_mem* __pi_str* memcpy16 memcpy32 memcpy64 memcpy_orig memcpy_erms memset "
	  "memset16 memset32 memset64 memset_io memset_orig memset_erms memset_startup __memset* "
	  "___memset memmove __memmove ___memmove memcmp __memcmp bcmp memchr memchr_inv memscan "
	  "memzero_explicit memcpy_and_pad memcat_p memneq __crypto_memneq strlen strnlen strcpy "
	  "strncpy strlcpy strscpy strscpy_pad sized_strscpy stpcpy strcmp strncmp strcasecmp "
	  "strncasecmp strchr strnchr strchrnul strnchrnul strrchr strstr strnstr strcat strncat "
	  "strlcat strsep strspn strcspn strpbrk strim strstrip skip_spaces strreplace "
	  "match_string __match_string sysfs_streq __sysfs_match_string rep_movs* rep_stos* "
	  "__rep_movs* __rep_stos* __fortify_memcpy* __fortify_memset* __fortify_strlen "
	  "fortify_memcpy* fortify_memset* __builtin_memcpy __builtin_memset __builtin_memcmp "
	  "check_bytes8 crc32_le* crc32_be* crc32c crc32c_* __crc32c_* __crc32_* crc16 crc_t10dif* "
	  "crc_itu_t crc_ccitt crc7_be crc8 crc64_* xxh32* xxh64* jhash jhash2 __jhash_* siphash_* "
	  "__siphash_* hsiphash_* __hsiphash_* full_name_hash " },
	{ INTAKE_PLUMBING_COPY,
	  "lib/usercopy.c, mm/maccess.c, arch: lib/*user*.S, include/linux/uaccess.h, lib/iov_iter.c",
	  "copy_to_user copy_from_user copy_in_user _copy_to_user* _copy_from_user* "
	  "__copy_to_user* __copy_from_user* __copy_in_user copy_to_user_iter* "
	  "copy_from_user_iter* copy_from_user_nmi copy_to_user_nofault copy_from_user_nofault "
	  "copy_to_kernel_nofault copy_from_kernel_nofault* strncpy_from_kernel_nofault "
	  "probe_kernel_read probe_kernel_write __probe_kernel_* probe_user_read probe_user_write "
	  "copy_struct_from_user copy_struct_to_user check_zeroed_user copy_from_user_inatomic "
	  "copy_user_generic* copy_user_enhanced_fast_string copy_user_handle_tail "
	  "copy_user_fast_string copy_user_short_string copy_user_nocache* rep_movs_alternative "
	  "rep_stos_alternative __copy_user* ___copy_user raw_copy_* __raw_copy_* __arch_copy_* "
	  "__arch_clear_user arm_copy_from_user arm_copy_to_user __copy_tofrom_user* "
	  "__asm_copy_to_user __asm_copy_from_user __clear_user* clear_user* arm_clear_user "
	  "fixup_*_copy_user __put_user* __get_user* get_user put_user __arch_get_user* "
	  "__arch_put_user* strncpy_from_user strncpy_from_user_nofault do_strncpy_from_user "
	  "strnlen_user strnlen_user_nofault __strnlen_user do_strnlen_user strlen_user "
	  "get_iovec_page_array copy_page copy_page_rep copy_page_regs copy_page_mc __pi_copy_page "
	  "clear_page clear_page_* __pi_clear_page clear_highpage copy_highpage "
	  "copy_user_highpage* copy_mc_* _copy_mc_* mte_copy_page_tags mte_clear_page_tags "
	  "mte_zero_clear_page_tags copy_to_iter* copy_from_iter* _copy_to_iter* _copy_from_iter* "
	  "__copy_to_iter __copy_from_iter copy_page_to_iter* copy_page_from_iter* copy_folio_* "
	  "copyin copyout copyout_* memcpy_from_iter* memcpy_to_iter* memcpy_from_folio "
	  "memcpy_to_folio memcpy_from_page memcpy_to_page memzero_page "
	  "iov_iter_copy_from_user_atomic csum_and_copy_* hash_and_copy_to_iter "
	  "simple_copy_to_iter iterate_and_advance* instrument_copy_* instrument_get_user "
	  "instrument_put_user instrument_read instrument_write " },
	{ INTAKE_PLUMBING_COPY,
	  "lib/checksum.c, arch: lib/csum*; lib/iomap.c, lib/logic_pio.c, asm/io.h: one access",
	  "csum_partial* do_csum csum_tcpudp_* csum_ipv6_magic ip_compute_csum ip_fast_csum "
	  "__csum_partial csum_block_add* ioread8* ioread16* ioread32* ioread64* iowrite8 "
	  "iowrite8_rep iowrite16 iowrite16be iowrite16_rep iowrite32 iowrite32be iowrite32_rep "
	  "iowrite64* logic_in* logic_out* _inb _inw _inl _outb _outw _outl readb readw readl "
	  "readq* writeb writew writel writeq readb_* readl_* readw_* writel_relaxed "
	  "writeb_relaxed __raw_readb __raw_readw __raw_readl __raw_readq __raw_writeb "
	  "__raw_writew __raw_writel __raw_writeq inb inw inl outb outw outl insb insw insl outsb "
	  "outsw outsl memcpy_fromio memcpy_toio __memcpy_fromio __memcpy_toio __memset_io "
	  "__ioread32_copy __iowrite32_copy* __iowrite64_copy* pci_iomap pci_iomap_range "
	  "get_unaligned_* put_unaligned_* __get_unaligned_* __put_unaligned_* " },

	/* Allocates and frees. */
	{ INTAKE_PLUMBING_MEMORY,
	  "mm/slub.c, mm/slab.c, mm/slob.c, mm/slab_common.c, mm/mempool.c: slabs",
	  "kmalloc* __kmalloc* ___kmalloc_* __do_kmalloc* _kmalloc_nolock_noprof kzalloc* kcalloc* "
	  "__kcalloc kfree kfree_sensitive kzfree kfree_const kfree_nolock __kfree kvfree* "
	  "kvmalloc* __kvmalloc_* kvzalloc kvcalloc krealloc* __krealloc __do_krealloc kvrealloc* "
	  "ksize __ksize kmem_cache_alloc* kmem_cache_zalloc kmem_cache_free* __kmem_cache_alloc_* "
	  "__kmem_cache_free* __kmem_obj_info slab_alloc* __slab_alloc* ___slab_alloc slab_free* "
	  "__slab_free do_slab_free slab_post_alloc_hook slab_pre_alloc_hook slab_err __slab_err "
	  "slab_bug __slab_bug slab_fix slab_pad_check slab_lock slab_unlock new_slab "
	  "new_slab_objects allocate_slab alloc_slab_page discard_slab free_slab __free_slab "
	  "rcu_free_slab get_partial* get_any_partial get_from_partial* put_cpu_partial "
	  "__unfreeze_partials unfreeze_partials get_freepointer get_freepointer_safe "
	  "set_freepointer get_freelist freelist_ptr freelist_ptr_decode prefetch_freepointer "
	  "setup_object setup_object_debug init_object init_tracking alloc_debug_processing "
	  "free_debug_processing free_consistency_checks alloc_consistency_checks "
	  "free_to_partial_list check_object check_slab check_bytes_and_report check_pad_bytes "
	  "object_err print_trailer print_tracking print_track print_section print_page_info "
	  "print_slab_info on_freelist restore_bytes alloc_single_from_partial "
	  "alloc_single_from_new_slab alloc_from_new_slab alloc_from_pcs alloc_from_pcs_bulk "
	  "free_to_pcs free_to_pcs_bulk __rcu_free_sheaf_prepare refill_sheaf memcg_slab_free_hook "
	  "memcg_slab_post_alloc_hook memcg_alloc_abort_single warn_free_bad_obj ___cache_free "
	  "__cache_free ____cache_alloc ____cache_alloc_node __cache_alloc __do_cache_alloc "
	  "cache_alloc_refill cache_alloc_debugcheck_* cache_free_debugcheck cache_flusharray "
	  "cache_grow cache_grow_begin cache_grow_end cache_init_objs* fallback_alloc free_block "
	  "kmem_getpages kmem_freepages check_poison_obj poison_obj slab_destroy slabs_destroy "
	  "slob_alloc slob_free slob_page_alloc slob_new_pages mempool_alloc* mempool_free* "
	  "mempool_kmalloc mempool_kfree mempool_init_node remove_element add_element "
	  "check_element poison_element poison_error kmemdup* __kmemdup_nul kvmemdup* kstrdup* "
	  "kstrndup memdup_user memdup_user_nul memdup_array_user* vmemdup_user "
	  "vmemdup_array_user* strndup_user devm_kmalloc devm_kzalloc devm_kcalloc devm_kfree "
	  "devm_kmemdup* devm_krealloc devm_kstrdup* devm_kasprintf devm_kvasprintf "
	  "kasan_mempool_* slab_unmergeable_hook dma_pool_alloc dma_pool_free dma_pool_zalloc "
	  "kfree_skb kfree_skb_* __kfree_skb* kfree_call_rcu_nolock free_object_rcu "
	  "slab_kmem_cache_release " },
	{ INTAKE_PLUMBING_MEMORY,
	  "mm/page_alloc.c, mm/mempolicy.c, mm/page_owner.c, mm/page_poison.c, mm/percpu.c, mm/vmalloc.c",
	  "alloc_pages* __alloc_pages* alloc_page_interleave alloc_page_vma alloc_frozen_pages* "
	  "__alloc_frozen_pages* folio_alloc* __folio_alloc* vma_alloc_folio* __get_free_page "
	  "__get_free_pages get_free_pages_noprof get_zeroed_page get_zeroed_page_noprof "
	  "get_page_from_freelist prep_new_page prep_compound_page post_alloc_hook "
	  "prepare_alloc_pages rmqueue* __rmqueue* buffered_rmqueue check_new_page check_new_pages "
	  "check_new_page_bad check_new_pcp expand __free_page __free_pages ___free_pages "
	  "__free_pages_ok __free_pages_core __free_pages_prepare free_pages free_pages_exact "
	  "free_pages_prepare free_pages_nolock free_pages_bulk free_pages_check "
	  "free_pages_check_bad free_page_is_bad free_unref_page* free_unref_folios "
	  "free_pcp_prepare free_pcppages_bulk free_one_page __free_one_page free_frozen_* "
	  "__free_frozen_pages free_the_page free_hot_cold_page free_hot_cold_page_list "
	  "free_tail_page* free_contig_range free_reserved_* bad_page bad_page_reason "
	  "kernel_init_free_pages kernel_init_pages kernel_poison_pages __kernel_poison_pages "
	  "__kernel_unpoison_pages kernel_unpoison_pages unpoison_page poison_page "
	  "check_poison_mem __kernel_map_pages kernel_map_pages debug_pagealloc_* __set_page_owner "
	  "__reset_page_owner set_page_owner reset_page_owner __page_table_check_* "
	  "page_table_check_* warn_alloc warn_alloc_show_mem warn_alloc_failed free_large_kmalloc "
	  "__alloc_percpu __alloc_percpu_gfp __alloc_reserved_percpu free_percpu pcpu_* "
	  "alloc_large_system_hash vmalloc vmalloc_noprof vmalloc_user* vmalloc_node* vmalloc_32* "
	  "vmalloc_huge* vmalloc_array* vmalloc_exec __vmalloc* vzalloc* vcalloc* __vcalloc* "
	  "vrealloc* vfree vfree_atomic __vfree __vfree_deferred delayed_vfree_work __vunmap "
	  "vunmap alloc_vmap_area free_vmap_area free_vmap_area_noflush __get_vm_area_node "
	  "get_vm_area get_vm_area_caller remove_vm_area vm_area_free_pages " },

	/* One word. */
	{ INTAKE_PLUMBING_ATOMIC,
	  "include/linux/atomic, asm/atomic.h, asm/cmpxchg.h, lib/refcount.c, lib/lockref.c",
	  "atomic_read* atomic_set atomic_set_release atomic_add* atomic_sub* atomic_inc "
	  "atomic_inc_* atomic_dec atomic_dec_* atomic_fetch_* atomic_xchg* atomic_cmpxchg* "
	  "atomic_try_cmpxchg* atomic_and atomic_or atomic_xor atomic_andnot atomic_cond_read_* "
	  "atomic64_read* atomic64_set atomic64_set_release atomic64_add* atomic64_sub* "
	  "atomic64_inc* atomic64_dec* atomic64_fetch_* atomic64_xchg* atomic64_cmpxchg* "
	  "atomic64_try_cmpxchg* atomic64_and atomic64_or atomic64_xor atomic64_andnot "
	  "atomic64_cond_read_* atomic_long_* arch_atomic* raw_atomic* __atomic_add* __atomic_sub* "
	  "__atomic_dec* __atomic_inc* ____atomic_* __lse_* __ll_sc_* _atomic_dec_and_* "
	  "instrument_atomic_* xchg xchg_* __xchg __xchg_* cmpxchg cmpxchg64* cmpxchg_* __cmpxchg* "
	  "refcount_read refcount_set refcount_add* refcount_sub* refcount_inc* refcount_dec* "
	  "refcount_warn_saturate refcount_error_report ex_handler_refcount __refcount_* kref_init "
	  "kref_get kref_get_unless_zero kref_put kref_put_mutex kref_put_lock kref_sub kref_read "
	  "lockref_* dput fast_dput iput ihold percpu_counter_* __percpu_counter_* percpu_ref_get* "
	  "percpu_ref_put* percpu_ref_tryget* static_key_false static_key_true static_key_count "
	  "this_cpu_* __this_cpu_* arch_static_branch* __static_branch* __write_once_size "
	  "__read_once_* read_word_at_a_time load_unaligned_zeropad rep_nop cpu_relax " },
	{ INTAKE_PLUMBING_ATOMIC,
	  "include/asm-generic/bitops, asm/bitops.h, lib/find_bit.c, lib/bitmap.c, lib/hweight.c",
	  "test_bit test_bit_acquire _test_bit _test_bit_acquire arch_test_* const_test_bit "
	  "generic_test_bit variable_test_bit constant_test_bit test_and_set_bit* "
	  "test_and_clear_bit* test_and_change_bit* __test_and_* arch___test_and_* set_bit "
	  "clear_bit change_bit set_bit_le clear_bit_le clear_bit_unlock __clear_bit_unlock "
	  "arch_set_bit arch_clear_bit arch___set_bit arch___clear_bit __set_bit __clear_bit "
	  "__change_bit __set_bit_le __clear_bit_le xor_unlock_is_negative_byte "
	  "clear_bit_unlock_is_negative_byte find_first_bit find_first_zero_bit find_first_and_bit "
	  "find_first_andnot_bit find_last_bit find_next_bit find_next_bit_le find_next_zero_bit "
	  "find_next_zero_bit_le find_next_and_bit find_next_andnot_bit find_next_or_bit "
	  "find_nth_bit find_next_clump8 _find_first_bit _find_first_zero_bit* _find_first_and_* "
	  "_find_first_andnot_bit _find_next_bit* _find_next_zero_bit* _find_next_and_bit "
	  "_find_next_andnot_bit _find_next_or_bit _find_last_bit __find_nth_* __ffs __fls ffs fls "
	  "fls64 ffz __bitmap_and __bitmap_andnot __bitmap_or __bitmap_xor __bitmap_complement "
	  "__bitmap_equal __bitmap_intersects __bitmap_subset __bitmap_weight* __bitmap_set "
	  "__bitmap_clear __bitmap_shift_* __bitmap_replace __bitmap_or_equal __bitmap_parse "
	  "__bitmap_parselist bitmap_set bitmap_clear bitmap_zero bitmap_fill bitmap_copy "
	  "bitmap_and bitmap_or bitmap_xor bitmap_andnot bitmap_equal bitmap_empty bitmap_full "
	  "bitmap_weight bitmap_subset bitmap_intersects bitmap_find_next_zero_area* "
	  "bitmap_find_free_region bitmap_allocate_region bitmap_release_region bitmap_parse* "
	  "bitmap_to_arr* bitmap_from_arr* bitmap_remap bitmap_alloc bitmap_zalloc bitmap_free "
	  "cpumask_next* cpumask_first* cpumask_last cpumask_any* cpumask_check cpumask_test_* "
	  "cpumask_set_cpu cpumask_clear_cpu cpumask_weight* cpumask_and cpumask_or cpumask_copy "
	  "cpumask_clear cpumask_empty cpumask_equal cpumask_subset hweight* __sw_hweight* "
	  "__arch_hweight* " },

	/* Locks. */
	{ INTAKE_PLUMBING_LOCK,
	  "kernel/locking: spinlock*.c, q*lock*, mcs and osq locks; include/linux: spinlock, seqlock",
	  "_raw_spin_* _raw_read_* _raw_write_* __raw_spin_* __raw_read_* __raw_write_* "
	  "do_raw_spin_* do_raw_read_* do_raw_write_* raw_spin_* raw_read_* raw_write_* _spin_* "
	  "_read_lock* _read_unlock* _write_lock* _write_unlock* spin_lock spin_lock_bh "
	  "spin_lock_irq spin_lock_irqsave* spin_lock_nested spin_lock_nest_lock spin_trylock* "
	  "spin_unlock spin_unlock_bh spin_unlock_irq spin_unlock_irqrestore spin_unlock_wait "
	  "spin_is_locked spin_is_contended spin_rwlock* read_lock* read_unlock* read_trylock "
	  "write_lock* write_unlock write_unlock_bh write_unlock_irq write_unlock_irqrestore "
	  "write_trylock rwlock_* arch_spin_* arch_read_* arch_write_* arch_mcs_spin_* mcs_spin_* "
	  "queued_spin_* queued_read_* queued_write_* native_queued_* __native_queued_* "
	  "pv_queued_* __pv_queued_* __raw_callee_save___pv_* __raw_callee_save___native_* pv_wait "
	  "pv_wait_node pv_wait_head_or_lock __pv_wait_* pv_kick pv_kick_node kvm_wait_lock "
	  "xen_qlock_wait hv_qlock_wait virt_spin_lock resilient_queued_* res_spin_lock "
	  "res_spin_unlock raw_res_spin_* __ticket_* ticket_spin_* osq_lock osq_unlock "
	  "osq_wait_next rspin_* bit_spin_* __bit_spin_unlock hlist_bl_lock hlist_bl_unlock "
	  "read_seqbegin* read_seqretry read_seqcount_* __read_seqcount_* write_seqcount_* "
	  "do_write_seqcount_* write_seqlock* write_sequnlock* read_seqlock_* read_sequnlock_* "
	  "seqcount_* done_seqretry need_seqretry local_lock* local_unlock* local_trylock* "
	  "__local_lock* __local_unlock* lock_sock lock_sock_nested lock_sock_fast __lock_sock* "
	  "release_sock __release_sock* unlock_sock_fast bh_lock_sock* bh_unlock_sock task_rq_lock "
	  "__task_rq_lock rq_lock rq_lock_irq rq_lock_irqsave rq_unlock* class_mutex_* "
	  "class_spinlock_* class_raw_spinlock_* class_rwsem_* class_read_lock_* "
	  "class_write_lock_* " },
	{ INTAKE_PLUMBING_LOCK,
	  "kernel/locking: mutex.c, rwsem*.c, semaphore.c, rtmutex*.c, *_rt.c, percpu-rwsem.c",
	  "mutex_lock* mutex_unlock mutex_trylock* mutex_is_locked mutex_destroy "
	  "mutex_spin_on_owner mutex_can_spin_on_owner mutex_optimistic_spin mutex_fastpath_* "
	  "__mutex_* _mutex_lock_* _mutex_trylock_* mutex_init_generic ww_mutex_* __ww_mutex_* "
	  "atomic_dec_and_mutex_lock down down_interruptible down_killable down_timeout "
	  "down_trylock down_read* down_write* downgrade_write _down_write_nest_lock __down "
	  "__down_common ___down_common __down_interruptible __down_killable __down_timeout "
	  "__down_read* __down_write* __downgrade_write up up_read* up_write __up __up_read "
	  "__up_write call_rwsem_* rwsem_* __rwsem_* __init_rwsem rt_mutex_* __rt_mutex_* "
	  "_rt_mutex_* rtlock_* rt_spin_* __rt_spin_* rt_read_* rt_write_* rwbase_* __rwbase_* "
	  "task_blocks_on_rt_mutex reiserfs_write_lock* reiserfs_write_unlock* percpu_down_read* "
	  "percpu_down_write* percpu_up_read* percpu_up_write __percpu_down_read* "
	  "__percpu_down_write* __percpu_up_read* percpu_rwsem_* __percpu_rwsem_* "
	  "__percpu_init_rwsem percpu_is_read_locked " },
	{ INTAKE_PLUMBING_LOCK,
	  "kernel/softirq.c, include/linux: preempt.h, irqflags.h; asm/irqflags.h",
	  "local_bh_enable* local_bh_disable _local_bh_enable* __local_bh_* preempt_count "
	  "preempt_count_add preempt_count_sub preempt_disable preempt_enable* __preempt_count_* "
	  "preempt_latency_* in_lock_functions arch_local_irq_* arch_local_save_flags "
	  "arch_irqs_disabled* local_irq_* raw_local_irq_* native_save_fl native_restore_fl "
	  "native_irq_enable native_irq_disable __raw_local_irq_* debug_lockdep_rcu_enabled "
	  "migrate_disable migrate_enable " },

	/* Links. */
	{ INTAKE_PLUMBING_LIST,
	  "include/linux: list.h, rculist*.h, list_bl.h; lib: rbtree.c, llist.c, plist.c, klist.c",
	  "list_add list_add_tail list_add_rcu list_add_tail_rcu list_add_valid* __list_add "
	  "__list_add_rcu list_del list_del_init list_del_rcu list_del_init_careful "
	  "list_bidir_del_rcu __list_del __list_del_entry __list_del_clearprev list_empty "
	  "list_empty_careful list_move list_move_tail list_bulk_move_tail list_replace "
	  "list_replace_init list_replace_rcu list_swap list_rotate_* list_splice* __list_splice* "
	  "list_cut_* __list_cut_position list_is_first list_is_last list_is_head list_is_singular "
	  "list_count_nodes list_sort list_first_or_null_rcu list_next_rcu INIT_LIST_HEAD "
	  "INIT_LIST_HEAD_RCU INIT_HLIST_NODE init_list_head hlist_* __hlist_* "
	  "hlists_swap_heads_rcu llist_add llist_add_batch llist_del_* llist_reverse_order "
	  "llist_empty __llist_add* __llist_del_all plist_add plist_del plist_requeue klist_* "
	  "rb_erase* rb_insert_color* __rb_* ____rb_* rb_first rb_last rb_next rb_prev "
	  "rb_first_postorder rb_next_postorder rb_replace_node* rb_link_node* rb_add "
	  "rb_add_cached rb_find rb_find_add* rb_find_first rb_set_parent* __timerqueue_less "
	  "sg_next sg_init_one sg_init_table sg_mark_end sg_set_page sg_assign_page sg_page "
	  "sg_last __skb_unlink __skb_queue_* __skb_insert __skb_dequeue __skb_peek " },
	{ INTAKE_PLUMBING_LIST,
	  "lib: xarray.c, radix-tree.c, idr.c, maple_tree.c; include/linux/rhashtable.h: look-ups",
	  "xas_* __xas_* xa_load xa_store* xa_erase* xa_find xa_find_after xa_insert* xa_alloc* "
	  "xa_cmpxchg* xa_reserve* xa_release xa_destroy xa_get_mark xa_set_mark xa_clear_mark "
	  "xa_extract xa_get_order xa_is_* xa_head* xa_entry* xa_parent* xa_to_* xa_marked "
	  "xa_empty __xa_* radix_tree_lookup radix_tree_lookup_slot __radix_tree_lookup "
	  "radix_tree_insert __radix_tree_insert __radix_tree_create radix_tree_delete "
	  "radix_tree_delete_item __radix_tree_delete radix_tree_next_chunk radix_tree_next_slot "
	  "radix_tree_gang_lookup* radix_tree_load_root radix_tree_descend radix_tree_deref_* "
	  "radix_tree_tag_* radix_tree_tagged radix_tree_replace_slot radix_tree_iter_* "
	  "radix_tree_is_internal_node radix_tree_preload* idr_find idr_remove idr_replace "
	  "idr_get_next* idr_for_each idr_get_free ida_free ida_simple_remove mas_* mtree_load "
	  "mtree_store mtree_store_range mtree_insert* mtree_erase mtree_lookup_walk "
	  "mtree_range_walk mt_find mt_find_after mt_next mt_prev mt_free_* mte_* ma_dead_node "
	  "ma_pivots ma_data_end __rhashtable_lookup rhashtable_lookup rhashtable_lookup_fast "
	  "rhashtable_lookup_likely __rhashtable_insert_fast rhashtable_insert_fast "
	  "rhashtable_lookup_insert_* rhashtable_lookup_get_insert_* __rhashtable_remove_fast* "
	  "rhashtable_remove_fast rhashtable_replace_fast rhltable_lookup rhltable_insert* "
	  "rhltable_remove rht_key_hashfn rht_key_get_hash rht_head_hashfn rht_bucket rht_ptr* "
	  "rht_lock* rht_unlock rhashtable_compare " },

	/* Queues for later. */
	{ INTAKE_PLUMBING_QUEUE,
	  "kernel/workqueue.c, kernel/kthread.c, kernel/task_work.c, kernel/softirq.c: callers' side",
	  "queue_work queue_work_on queue_work_node __queue_work __queue_work_on "
	  "queue_delayed_work queue_delayed_work_on __queue_delayed_work queue_rcu_work "
	  "schedule_work schedule_work_on schedule_delayed_work schedule_delayed_work_on "
	  "schedule_on_each_cpu mod_delayed_work mod_delayed_work_on insert_work __insert_work "
	  "insert_wq_barrier flush_work __flush_work start_flush_work flush_delayed_work "
	  "flush_rcu_work flush_scheduled_work cancel_work cancel_work_sync __cancel_work "
	  "__cancel_work_sync __cancel_work_timer cancel_delayed_work cancel_delayed_work_sync "
	  "disable_work disable_work_sync disable_delayed_work* enable_work enable_delayed_work "
	  "flush_workqueue flush_workqueue_prep_pwqs __flush_workqueue drain_workqueue "
	  "destroy_workqueue wq_unregister_lockdep touch_wq_lockdep_map touch_work_lockdep_map "
	  "try_to_grab_pending work_grab_pending destroy_work_on_stack check_flush_dependency "
	  "work_on_cpu* get_work_pool set_work_data wq_worker_* kick_pool pwq_activate_* "
	  "kthread_stop kthread_stop_put kthread_queue_work kthread_queue_delayed_work "
	  "kthread_mod_delayed_work kthread_flush_work kthread_flush_worker "
	  "kthread_cancel_work_sync kthread_cancel_delayed_work_sync __kthread_cancel_work* "
	  "kthread_insert_work kthread_destroy_worker kthread_park kthread_unpark task_work_add "
	  "task_work_cancel* irq_work_queue irq_work_queue_on irq_work_sync irq_work_claim "
	  "__irq_work_queue_local tasklet_kill tasklet_schedule tasklet_hi_schedule "
	  "tasklet_disable* __tasklet_schedule __tasklet_schedule_common __tasklet_hi_schedule "
	  "tasklet_unlock_* raise_softirq raise_softirq_irqoff __raise_softirq_irqoff "
	  "call_usermodehelper call_usermodehelper_exec call_usermodehelper_setup " },
	{ INTAKE_PLUMBING_QUEUE,
	  "kernel/time: timer.c, hrtimer.c; kernel/rcu: call_rcu() and kfree_rcu(): callers' side",
	  "add_timer add_timer_on add_timer_local add_timer_global mod_timer mod_timer_pending "
	  "mod_timer_pinned __mod_timer timer_reduce del_timer del_timer_sync timer_delete "
	  "timer_delete_sync* __timer_delete* try_to_del_timer_sync __try_to_del_timer_sync "
	  "del_singleshot_timer_sync timer_shutdown timer_shutdown_sync del_timer_wait_running "
	  "timer_destroy_on_stack lock_timer_base internal_add_timer __internal_add_timer "
	  "detach_timer detach_if_pending enqueue_timer trigger_dyntick_cpu timer_init_key "
	  "init_timer_key do_init_timer get_timer_base hrtimer_start* __hrtimer_start_range_ns "
	  "hrtimer_cancel hrtimer_try_to_cancel hrtimer_active hrtimer_init* hrtimer_setup* "
	  "__hrtimer_init __hrtimer_setup* lock_hrtimer_base enqueue_hrtimer __remove_hrtimer "
	  "remove_hrtimer hrtimer_cancel_wait_running switch_hrtimer_base __hrtimer_get_remaining "
	  "__hrtimer_init_sleeper hrtimer_sleeper_start_expires call_rcu call_rcu_hurry "
	  "call_rcu_sched call_rcu_bh call_rcu_tasks* __call_rcu __call_rcu_common __call_rcu_core "
	  "call_rcu_core call_srcu __call_srcu kfree_call_rcu kvfree_call_rcu kfree_rcu_* "
	  "queue_rcu_work rcu_segcblist_enqueue rcutree_enqueue " },

	/* Waits, and wakes up. */
	{ INTAKE_PLUMBING_SCHED,
	  "kernel/sched: core.c, completion.c, wait.c, wait_bit.c, swait.c; kernel/time/sleep_timeout.c",
	  "__schedule schedule schedule_idle schedule_user schedule_preempt_disabled "
	  "schedule_rtlock schedule_timeout* schedule_hrtimeout* __schedule_loop do_sched_yield "
	  "preempt_schedule* __cond_resched* _cond_resched cond_resched dynamic_cond_resched* "
	  "__SCT__cond_resched io_schedule io_schedule_timeout io_schedule_finish context_switch "
	  "__switch_to __switch_to_asm switch_to finish_task_switch finish_lock_switch bit_wait "
	  "bit_wait_* wait_bit_action prepare_to_wait* finish_wait wait_woken do_wait_intr "
	  "do_wait_intr_irq prepare_to_swait* __prepare_to_swait finish_swait __finish_swait "
	  "add_wait_queue* wait_for_completion* try_wait_for_completion __wait_for_common "
	  "__wait_for_completion* do_wait_for_common wait_for_common* complete complete_all "
	  "complete_on_current_cpu complete_with_flags completion_done wait_on_bit* __wait_on_bit* "
	  "out_of_line_wait_* wait_event_* __wait_event_* wait_var_event* msleep "
	  "msleep_interruptible ssleep usleep_range usleep_range_state fsleep do_nanosleep "
	  "hrtimer_nanosleep_wait wait_on_page_* __wait_on_page_* folio_wait_bit* "
	  "folio_wait_writeback* folio_wait_stable folio_wait_private_2* folio_wait_locked "
	  "wait_on_buffer __wait_on_buffer wait_on_commit_* lock_page __lock_page* lock_buffer "
	  "__lock_buffer __folio_lock* folio_lock* folio_put_wait_locked do_read_cache_folio "
	  "do_read_cache_page __filemap_fdatawait_range filemap_fdatawait* filemap_write_and_wait* "
	  "console_lock rcu_barrier* _rcu_barrier __wake_up __wake_up_common __wake_up_common_lock "
	  "__wake_up_locked* __wake_up_sync* __wake_up_bit __wake_up_on_current_cpu "
	  "wake_up_process wake_up_state wake_up_q wake_up_bit wake_up_var wake_up_page* "
	  "wake_page_function folio_wake* try_to_wake_up ttwu_do_* ttwu_queue* ttwu_runnable "
	  "ttwu_remote ttwu_activate ttwu_pending default_wake_function autoremove_wake_function "
	  "woken_wake_function wake_bit_function swake_up_* pollwake wake_q_add* " },

	/* Objects of their owners. */
	{ INTAKE_PLUMBING_OBJECT,
	  "drivers/base: core.c, bus.c, dd.c, driver.c, class.c, devres.c, power: on a driver's behalf",
	  "device_add device_add_attrs device_add_groups device_add_class_symlinks device_del "
	  "device_register device_unregister device_initialize device_create device_create_file "
	  "device_create_bin_file device_create_with_groups device_create_vargs "
	  "device_create_groups_vargs device_create_sys_dev_entry device_destroy device_remove "
	  "device_remove_file* device_remove_bin_file device_remove_attrs device_remove_groups "
	  "device_remove_class_symlinks device_remove_sys_dev_entry device_release get_device "
	  "put_device get_device_parent cleanup_glue_dir device_attach __device_attach "
	  "__device_attach_driver __device_attach_async_helper device_initial_probe "
	  "device_bind_driver device_driver_attach device_driver_detach device_release_driver "
	  "device_release_driver_internal __device_release_driver device_unbind_cleanup "
	  "device_shutdown bus_add_device bus_remove_device bus_probe_device bus_add_driver "
	  "bus_remove_driver bus_for_each_dev bus_for_each_drv bus_rescan_devices* bus_notify "
	  "bus_register bus_unregister driver_register driver_attach driver_detach "
	  "driver_probe_device __driver_probe_device __driver_attach __driver_attach_async_helper "
	  "driver_bound driver_sysfs_add driver_sysfs_remove driver_create_file driver_remove_file "
	  "driver_add_groups driver_remove_groups really_probe call_driver_probe "
	  "deferred_probe_work_func class_create_file_ns class_remove_file_ns class_register "
	  "class_unregister class_destroy __class_register dev_uevent devres_* __devres_* "
	  "release_nodes devm_action_release devm_add_action* __devm_add_action* dpm_sysfs_add "
	  "dpm_sysfs_remove device_pm_add device_pm_remove device_pm_lock device_pm_unlock "
	  "device_links_* device_platform_notify platform_device_add platform_device_register* "
	  "platform_device_unregister platform_device_del platform_probe platform_remove "
	  "platform_drv_probe platform_drv_remove __pm_runtime_resume __pm_runtime_suspend "
	  "__pm_runtime_idle rpm_resume rpm_suspend rpm_idle rpm_callback __rpm_callback "
	  "pm_runtime_get_sync cdev_add cdev_del cdev_device_add cdev_device_del " },
	{ INTAKE_PLUMBING_OBJECT,
	  "lib/kobject.c, lib/kobject_uevent.c, fs/sysfs, fs/kernfs: adding, removing, naming",
	  "kobject_add kobject_add_internal kobject_add_varg kobject_cleanup kobject_create* "
	  "kobject_del __kobject_del kobject_delayed_cleanup kobject_get kobject_get_unless_zero "
	  "kobject_get_path kobject_init kobject_init_and_add kobject_init_internal kobject_move "
	  "kobject_namespace kobject_put kobject_release kobject_rename kobject_set_name "
	  "kobject_set_name_vargs kobject_uevent kobject_uevent_env kobject_uevent_net_broadcast "
	  "kobj_kset_join kobj_kset_leave kobj_child_ns_ops kobj_ns_* kset_register "
	  "kset_unregister kset_find_obj kset_create* kset_init kset_release create_dir "
	  "add_uevent_var alloc_uevent_skb uevent_net_broadcast* dynamic_kobj_release "
	  "sysfs_add_file* sysfs_add_bin_file* sysfs_add_link_to_group sysfs_chmod_file "
	  "sysfs_create_* sysfs_do_create_link* sysfs_delete_link sysfs_remove_bin_file "
	  "sysfs_remove_dir sysfs_remove_file* sysfs_remove_group* sysfs_remove_link* "
	  "sysfs_remove_mount_point sysfs_hash_and_remove sysfs_addrm_* sysfs_rename_* "
	  "sysfs_move_dir* sysfs_merge_group sysfs_unmerge_group sysfs_update_group* "
	  "sysfs_warn_dup sysfs_notify sysfs_get sysfs_put internal_create_group "
	  "internal_create_groups create_files remove_files kernfs_remove_by_name_ns "
	  "kernfs_create_dir_ns kernfs_create_link kernfs_create_empty_dir kernfs_add_one "
	  "__kernfs_create_file " },
	{ INTAKE_PLUMBING_OBJECT,
	  "drivers/tty, drivers/i2c, drivers/char, net/core/dev.c: what unregisters for a driver",
	  "tty_register_device tty_register_device_attr tty_unregister_device "
	  "tty_port_register_device* hwrng_register hwrng_unregister i2c_del_adapter "
	  "i2c_unregister_device __unregister_client __unregister_dummy device_for_each_child* "
	  "misc_register misc_deregister led_classdev_register* led_classdev_unregister "
	  "unregister_netdevice_many unregister_netdevice_many_notify unregister_netdevice_queue "
	  "unregister_netdev rollback_registered rollback_registered_many " },
	{ INTAKE_PLUMBING_OBJECT,
	  "mm/truncate.c, mm/filemap.c: finds and drops pages of a file for its filesystem",
	  "find_get_entries find_lock_entries find_get_entry find_get_pages_range* "
	  "filemap_get_entry pagevec_lookup_entries pagevec_lookup_range truncate_inode_pages "
	  "truncate_inode_pages_range truncate_inode_pages_final " },
	{ INTAKE_PLUMBING_USB, "drivers/usb/core: message.c, urb.c, hcd.c",
	  "usb_start_wait_urb usb_internal_control_msg usb_control_msg* usb_bulk_msg* "
	  "usb_interrupt_msg usb_kill_urb usb_kill_anchored_urbs usb_poison_urb "
	  "usb_poison_anchored_urbs usb_unlink_urb usb_unlink_anchored_urbs usb_submit_urb "
	  "usb_hcd_submit_urb usb_hcd_unlink_urb usb_hcd_map_urb_for_dma usb_hcd_unmap_urb_for_dma "
	  "usb_hcd_link_urb_to_ep usb_hcd_unlink_urb_from_ep usb_hcd_check_unlink_urb "
	  "usb_hcd_giveback_urb __usb_hcd_giveback_urb usb_hcd_flush_endpoint "
	  "usb_hcd_disable_endpoint usb_hcd_reset_endpoint usb_hcd_alloc_bandwidth map_urb_for_dma "
	  "unmap_urb_for_dma unlink1 usb_free_urb usb_get_urb usb_alloc_urb usb_anchor_urb "
	  "usb_unanchor_urb __usb_unanchor_urb " },

	/* Objects of a kind. */
	{ INTAKE_PLUMBING_ALLOCATE,
	  "net/core: skbuff.c, sock.c, dev.c, page_pool.c; net/socket.c: sockets and buffers",
	  "sk_alloc sk_prot_alloc sk_clone* sock_alloc sock_alloc_* sock_kmalloc sock_wmalloc "
	  "alloc_skb* __alloc_skb __netdev_alloc_skb* netdev_alloc_skb* netdev_alloc_frag* "
	  "__netdev_alloc_frag* dev_alloc_skb __dev_alloc_skb* napi_alloc_* __napi_alloc_* "
	  "build_skb* __build_skb* __finalize_skb_around kmalloc_reserve skb_clone skb_copy* "
	  "pskb_* __pskb_* alloc_netdev_* page_frag_* __page_frag_* page_pool_* __page_pool_* "
	  "skb_release_* skb_free_head skb_free_frag kfree_skb* __kfree_skb* sk_skb_reason_drop "
	  "skb_kfree_head skb_page_frag_refill sk_page_frag_refill " },
	{ INTAKE_PLUMBING_ALLOCATE,
	  "mm/swap.c, fs/inode.c, fs/file_table.c, lib/idr.c, kernel/bpf: objects of a kind",
	  "put_page __put_page* put_page_testzero __put_single_page __put_compound_page folio_put "
	  "__folio_put* folios_put folios_put_refs release_pages free_page_and_swap_cache "
	  "free_pages_and_swap_cache alloc_inode new_inode new_inode_pseudo alloc_file "
	  "alloc_file_* alloc_empty_file* radix_tree_node_alloc radix_tree_maybe_preload* "
	  "__radix_tree_preload xas_alloc xas_nomem idr_alloc* idr_preload ida_alloc* "
	  "ida_simple_get kmem_cache_create* __kmem_cache_create* bpf_map_area_alloc "
	  "bpf_map_area_mmapable_alloc __bpf_map_area_alloc bpf_map_kmalloc* bpf_map_kzalloc "
	  "bpf_map_kvcalloc bpf_map_alloc_percpu kcalloc_bpf alloc_buffer_head alloc_page_buffers "
	  "bio_alloc bio_alloc_bioset bvec_alloc alloc_workqueue* __alloc_workqueue " },
	{ INTAKE_PLUMBING_ALLOCATE,
	  "kernel/bpf, net/core/sock_map.c: ->map_alloc(), on behalf of map_create()",
	  "htab_map_alloc htab_of_map_alloc rhtab_map_alloc array_map_alloc prog_array_map_alloc "
	  "fd_array_map_alloc array_of_map_alloc stack_map_alloc dev_map_alloc xsk_map_alloc "
	  "sock_map_alloc sock_hash_alloc bpf_sk_storage_map_alloc bpf_local_storage_map_alloc "
	  "inode_storage_map_alloc task_storage_map_alloc cgroup_storage_map_alloc "
	  "ringbuf_map_alloc bloom_map_alloc queue_stack_map_alloc cpu_map_alloc trie_alloc "
	  "reuseport_array_alloc arena_map_alloc bpf_struct_ops_map_alloc find_and_alloc_map " },
	{ INTAKE_PLUMBING_ALLOCATE, "net/core/dev.c: hands a packet on, which was bad before",
	  "__netif_receive_skb* netif_receive_skb* deliver_skb deliver_ptype_list_skb "
	  "napi_gro_receive napi_gro_complete* napi_skb_finish gro_normal_list " },
	{ INTAKE_PLUMBING_RCU,
	  "kernel/rcu, include/linux/rcupdate.h, kernel/context_tracking.c: callers' side",
	  "rcu_read_lock* rcu_read_unlock* __rcu_read_lock __rcu_read_unlock rcu_lock_acquire "
	  "rcu_lock_release rcu_is_watching __rcu_is_watching rcu_dereference* "
	  "rcu_preempt_deferred_qs_* rcu_nmi_enter rcu_nmi_exit rcu_irq_enter* rcu_irq_exit* "
	  "rcu_user_enter rcu_user_exit rcu_eqs_enter* rcu_eqs_exit* ct_irq_* ct_nmi_* ct_kernel_* "
	  "__ct_user_* ct_user_* context_tracking_* user_exit user_enter srcu_read_lock* "
	  "srcu_read_unlock* __srcu_read_lock* __srcu_read_unlock* srcu_lock_acquire "
	  "srcu_lock_release " },

	/* Only calls what somebody registered: a hang is named for what it called. */
	{ DISPATCHES, "fs, net/socket.c, net/netlink: from a system call to a file or socket",
	  "vfs_ioctl do_vfs_ioctl file_ioctl ksys_ioctl SyS_ioctl sys_ioctl __do_sys_ioctl "
	  "__se_sys_ioctl __x64_sys_ioctl __arm64_sys_ioctl blkdev_ioctl compat_blkdev_ioctl "
	  "blkdev_driver_ioctl __blkdev_driver_ioctl blkdev_common_ioctl block_ioctl "
	  "compat_sys_ioctl __se_compat_sys_ioctl __do_compat_sys_ioctl __ia32_compat_sys_ioctl "
	  "__arm64_compat_sys_ioctl compat_SyS_ioctl C_SYSC_ioctl compat_ioctl *_compat_ioctl "
	  "full_proxy_* proc_reg_read proc_reg_write proc_reg_read_iter proc_reg_unlocked_ioctl "
	  "kernfs_fop_read_iter kernfs_fop_write_iter kernfs_fop_read kernfs_fop_write sysfs_kf_write "
	  "sysfs_kf_read sysfs_kf_seq_show kernfs_seq_show dev_attr_show dev_attr_store kobj_attr_show "
	  "kobj_attr_store seq_read seq_read_iter proc_sys_call_handler configfs_write_iter "
	  "vfs_read __vfs_read new_sync_read call_read_iter do_iter_read do_iter_readv_writev "
	  "do_iter_write vfs_write __vfs_write new_sync_write call_write_iter do_readv_writev "
	  "do_loop_readv_writev vfs_readv vfs_writev vfs_iter_read vfs_iter_write "
	  "vfs_iocb_iter_read vfs_iocb_iter_write kernel_read __kernel_read kernel_write "
	  "__kernel_write __kernel_write_iter vfs_open do_dentry_open __fput fput fput_close "
	  "fput_close_sync ____fput vfs_fsync_range vfs_fallocate do_splice_from do_splice_to "
	  "vfs_splice_read splice_direct_to_actor call_mmap sock_sendmsg sock_sendmsg_nosec "
	  "__sock_sendmsg ____sys_sendmsg sock_write_iter sock_recvmsg sock_recvmsg_nosec "
	  "sock_read_iter __sys_setsockopt do_sock_setsockopt sys_setsockopt SyS_setsockopt "
	  "__do_sys_setsockopt sock_common_setsockopt sock_ioctl sock_do_ioctl netlink_rcv_skb "
	  "rtnetlink_rcv_msg genl_rcv genl_rcv_msg genl_family_rcv_msg genl_family_rcv_msg_doit "
	  "genl_family_rcv_msg_dumpit nfnetlink_rcv_msg nfnetlink_rcv_batch sock_diag_rcv_msg "
	  "xfrm_user_rcv_msg crypto_user_rcv_msg netlink_dump " },
	{ DISPATCHES,
	  "kernel: work, timers, softirqs, interrupts, cross calls; init/main.c, kernel/umh.c",
	  "kthread kthread_worker_fn smpboot_thread_fn irq_thread irq_thread_fn "
	  "irq_forced_thread_fn process_one_work process_scheduled_works worker_thread bh_worker "
	  "task_work_run call_timer_fn expire_timers __run_timers __run_timer_base run_timer_base "
	  "__run_hrtimer __hrtimer_run_queues hrtimer_run_softirq __do_softirq handle_softirqs "
	  "tasklet_action tasklet_action_common tasklet_hi_action workqueue_softirq_action "
	  "rcu_do_batch rcu_core rcu_core_si rcu_process_callbacks __rcu_process_callbacks "
	  "srcu_invoke_callbacks rcu_tasks_invoke_cbs __handle_irq_event_percpu "
	  "handle_irq_event_percpu handle_irq_event irq_work_run_list irq_work_single irq_work_run "
	  "flush_smp_call_function_queue __flush_smp_call_function_queue "
	  "generic_smp_call_function_single_interrupt do_one_initcall "
	  "call_usermodehelper_exec_async " },
	{ DISPATCHES, "net/core/dev.c: from a device to a protocol",
	  "net_rx_action napi_poll __napi_poll deliver_skb deliver_ptype_list_skb "
	  "__netif_receive_skb_core __netif_receive_skb_one_core __netif_receive_skb "
	  "netif_receive_skb netif_receive_skb_internal __netif_receive_skb_list_core "
	  "__netif_receive_skb_list netif_receive_skb_list netif_receive_skb_list_internal " },
};

#endif /* LINEAGE_INTAKE_RECOGNISE_PLUMBING_AREAS_H */
