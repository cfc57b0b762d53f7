// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which functions stand on a stack without being to blame?
 *
 * The table's rows are areas of the kernel; a row's source says where its functions are, and
 * docs/signatures.md argues each. A name that ends in '*' stands for all that begin so,
 * and with a '*' in front, too, for all that have it in them.
 */
#include "plumbing.h"

#define ALWAYS INTAKE_PLUMBING_REPORT

struct area {
	unsigned int reason;
	const char *source; /* where the functions are, for a reader who wants to check */
	const char *names;  /* separated by blanks */
};

static const struct area areas[] = {
	{ ALWAYS, "lib/dump_stack.c, kernel/panic.c, lib/bug.c, arch dumpstack.c",
	  "dump_stack* __dump_stack show_stack* show_trace* show_regs* show_registers __show_regs "
	  "dump_backtrace* unwind_backtrace walk_stackframe* arch_stack_walk* stack_trace_* "
	  "save_stack* __save_stack* save_trace print_trace_* panic vpanic nmi_panic* "
	  "__panic check_panic_on_warn __warn warn_slowpath* __warn_printk report_bug __report_bug handle_bug "
	  "fixup_bug* is_valid_bugaddr bust_spinlocks oops_* die die_* __die* do_exit_oops "
	  "make_task_dead rewind_stack_* __stack_chk_fail stackprotector_* " },
	{ ALWAYS,
	  "say that a check of their caller's failed: net/core/skbuff.c, fs, mm/filemap.c, lib, rust",
	  "drop_nlink inc_nlink clear_nlink mark_buffer_dirty folio_unlock unlock_page "
	  "folio_end_writeback end_page_writeback rust_helper_* rust_begin_unwind core::* <core::* *rust_begin_unwind* *4core9panicking* "
	  "skb_panic skb_over_panic skb_under_panic skb_put skb_push skb_pull* assertfail "
	  "btrfs_assertfail __reiserfs_panic reiserfs_panic warn_bogus_irq_restore ref_tracker_free "
	  "ref_tracker_alloc ref_tracker_dir_exit " },
	{ ALWAYS, "kernel/trace, include/trace: probes that run inside whoever passes by",
	  "perf_trace_* trace_event_* __traceiter_* trace_lock* perf_tp_event* __trace_* "
	  "trace_call_bpf " },
	{ ALWAYS, "arch/x86/lib/retpoline.S",
	  "__x86_indirect_* __x86_return_thunk __x86_retpoline_* " },
	{ ALWAYS, "arch/x86: entry_64.S, kernel/traps.c, mm/fault.c, kernel/irq*",
	  "do_trap* do_error_trap do_invalid_op invalid_op exc_* asm_exc_* noist_exc_* error_entry "
	  "error_exit paranoid_* do_general_protection general_protection do_double_fault double_fault "
	  "do_divide_error divide_error do_int3 int3 do_debug debug page_fault async_page_fault "
	  "do_page_fault __do_page_fault trace_do_page_fault trace_page_fault do_async_page_fault "
	  "do_kern_addr_fault do_user_addr_fault handle_page_fault no_context page_fault_oops "
	  "__bad_area* bad_area* kernelmode_fixup_or_oops spurious_* pgtable_bad xen_* "
	  "asm_sysvec_* sysvec_* __sysvec_* smp_apic_timer_interrupt apic_timer_interrupt "
	  "irq_exit* irq_enter* do_IRQ common_interrupt asm_common_interrupt ret_from_intr "
	  "nmi do_nmi default_do_nmi nmi_handle end_repeat_nmi nmi_restore repeat_nmi first_nmi "
	  "call_irq_handler __die_body* __die_header " },
	{ ALWAYS, "arch/arm, arch/arm64: entry.S, entry-common.c, mm/fault.c, kernel/traps.c",
	  "do_mem_abort do_translation_fault do_bad_area do_bad __do_kernel_fault do_kernel_fault "
	  "die_kernel_fault do_alignment_fault do_sea do_tag_* report_tag_fault do_tag_check_fault "
	  "do_debug_exception brk_handler bug_handler call_break_hook do_brk64 do_el1_* el1_* el1h_* "
	  "arm64_* __dabt_* __pabt_* __und_* do_DataAbort do_PrefetchAbort do_undefinstr "
	  "do_undef* do_cache_op handle_fault_* do_translation_* do_sp_pc_abort " },
	{ ALWAYS, "arch/powerpc, arch/s390, arch/riscv, arch/mips: kernel/traps.c, mm/fault.c",
	  "___do_page_fault hash__do_page_fault handle_page_fault data_access_common_* "
	  "instruction_access_common_* program_check_* program_check_exception _exception* "
	  "exception_* do_no_context do_dat_exception do_protection_exception pgm_check_* "
	  "__do_pgm_check illegal_op do_trap_* handle_exception ret_from_exception " },
	{ ALWAYS, "mm/kasan, mm/kmsan, mm/kfence, kernel/kcsan, lib/ubsan.c: the sanitizers",
	  "kasan_* __kasan_* __asan_* __hwasan_* asan_* hwasan_* check_memory_region* "
	  "__kasan_check_* print_address_description* print_report* describe_* "
	  "kmsan_* __msan_* __kmsan_* kcsan_* __kcsan_* __tsan_* tsan_* kfence_* __kfence_* "
	  "ubsan_* __ubsan_* val_to_string handle_overflow handle_missaligned_access "
	  "handle_null_ptr_deref handle_object_size_mismatch handle_ubsan_failure "
	  "qlink_* check_poison_obj poison_* memory_is_poisoned* bytes_is_nonzero "
	  "__sanitizer_* write_comp_data start_report end_report addr_has_metadata " },
	{ ALWAYS, "kernel/locking/lockdep.c, lib/debug_locks.c, kernel/locking/spinlock_debug.c",
	  "__lock_acquire* lock_acquire* lock_release* __lock_release* lock_is_held* lock_acquired "
	  "lockdep_* lockdep_rcu_suspicious print_*_bug* print_circular* print_deadlock* print_usage_bug* "
	  "print_bad_irq* print_irq* print_unlock* print_kernel_* print_lock* print_freed_lock* "
	  "print_held_locks* print_collision print_bfs* check_prev* check_prevs* check_noncircular* "
	  "check_deadlock* check_irq_usage* check_usage* check_wait_context* check_flags* "
	  "check_redundant* check_path* validate_chain* mark_lock* mark_usage mark_held_locks "
	  "mark_irqflags register_lock_class look_up_lock_class assign_lock_key debug_check_no_locks* "
	  "debug_locks_off* find_held_lock match_held_lock reacquire_held_locks __lock_set_class "
	  "lock_set_class lock_downgrade lock_unpin_lock lock_pin_lock trace_hardirqs_* "
	  "trace_softirqs_* valid_state* spin_bug spin_dump rwlock_bug debug_spin_* debug_write_* "
	  "debug_mutex_* save_lock* hlock_class graph_lock* " },
	{ ALWAYS, "kernel/sched/core.c, mm/memory.c, lib/smp_processor_id.c: checks of context",
	  "__might_sleep ___might_sleep __might_resched might_fault __might_fault __cant_sleep "
	  "__cant_migrate __schedule_bug debug_smp_processor_id check_preemption_disabled "
	  "__this_cpu_preempt_check schedule_debug sched_show_task " },
	{ ALWAYS,
	  "lib/debugobjects.c, lib/fault-inject.c, mm/failslab.c, lib/list_debug.c, mm/kmemleak.c",
	  "debug_object_* __debug_object* debug_print_object debug_check_no_obj* debug_objects_* "
	  "debug_timer_* debug_hrtimer_* debug_work_* debug_rcu_* debug_assert_init "
	  "timer_is_static_object timer_fixup_* work_is_static_object work_fixup_* "
	  "hrtimer_fixup_* rcuhead_* "
	  "should_fail* __should_fail* should_failslab fail_dump list_debug_* "
	  "__list_add_valid* __list_del_entry_valid* kmemleak_* __kmemleak_* create_object* "
	  "__create_object kmemleak_alloc* check_heap_object __check_heap_object __check_object_size "
	  "check_object_size usercopy_abort usercopy_warn report_usercopy check_page_span "
	  "check_copy_size copy_overflow __copy_overflow " },
	{ ALWAYS,
	  "kernel/watchdog*.c, kernel/rcu/tree_stall.h, lib/nmi_backtrace.c, kernel/time: the clock tick",
	  "_sched_show_task rcu_print_task_* rcu_dump_* print_cpu_stall_* show_stalled_* "
	  "try_invoke_on_locked_down_task task_call_func watchdog* dump_cpu_task* is_softlockup touch_* nmi_cpu_backtrace* nmi_trigger_* trigger_* "
	  "arch_trigger_* rcu_dump_cpu_stacks* rcu_check_gp_* print_cpu_stall* print_other_cpu_stall* "
	  "check_cpu_stall* rcu_pending rcu_sched_clock_irq* rcu_check_callbacks* "
	  "update_process_times tick_sched_* tick_nohz_* tick_periodic tick_handle_* "
	  "arch_timer_handler_* handle_domain_irq generic_handle_domain_irq call_on_irq_stack do_interrupt_handler "
	  "hrtimer_interrupt __hrtimer_run_queues __run_hrtimer local_apic_timer_interrupt "
	  "arch_timer_handler_* handle_percpu_devid_irq perf_event_nmi_* " },
	{ INTAKE_PLUMBING_COPY, "kernel/printk, lib/vsprintf.c",
	  "printk _printk vprintk* printk_* __printk* dev_printk* __dev_printk _dev_* dev_vprintk_* "
	  "vsnprintf snprintf sprintf vsprintf scnprintf vscnprintf string string_nocheck number "
	  "format_decode pointer kvasprintf* kasprintf* widen_string string_escape_mem " },
	{ INTAKE_PLUMBING_COPY, "lib/string.c, arch lib/mem*.S, lib/usercopy.c, lib/iov_iter.c",
	  "memcpy* __memcpy* memset* __memset* memmove* __memmove* memcmp __memcmp bcmp memchr* memscan "
	  "strlen strnlen strcpy strncpy strlcpy strscpy* sized_strscpy strcmp strncmp strcasecmp "
	  "strncasecmp strchr* strrchr strstr strnstr strcat strncat strlcat strsep strspn strcspn "
	  "strim skip_spaces __fortify_* fortify_panic copy_to_user* copy_from_user* __copy_* "
	  "_copy_to_user* _copy_from_user* copy_user_* __put_user* __get_user* _copy_to_iter* _copy_from_iter* "
	  "copy_page copy_page_* clear_page* __clear_user* clear_user raw_copy_* __raw_copy* "
	  "__arch_copy_* __arch_clear_user rep_movs* rep_stos* instrument_copy* copy_folio_* "
	  "csum_partial* do_csum strncpy_from_user* do_strncpy_from_user strnlen_user* do_strnlen_user "
	  "memcpy_orig memcpy_erms crc32* crc16* crc_* __crc* simple_copy_to_iter copyin copyout copy_to_iter* "
	  "copy_from_iter* _copy_mc_* copy_mc_* " },
	{ INTAKE_PLUMBING_COPY, "lib/iomap.c, lib/logic_pio.c: one access to a device",
	  "ioread* iowrite* logic_in* logic_out* readb readw readl readq writeb writew writel writeq "
	  "inb inw inl outb outw outl __raw_read* __raw_write* pci_iomap* " },
	{ INTAKE_PLUMBING_MEMORY, "mm/slub.c, mm/slab*.c, mm/util.c, mm/page_alloc.c, mm/vmalloc.c",
	  "kmalloc* __kmalloc* ___kmalloc* __do_kmalloc* kzalloc* kcalloc kfree* __kfree* kvfree* "
	  "kvmalloc* __kvmalloc* krealloc* __do_krealloc __krealloc ksize __ksize kmem_cache_alloc* kmem_cache_free* "
	  "kmem_cache_zalloc __kmem_cache* ___cache_free __cache_free __cache_alloc* cache_alloc_* "
	  "cache_free_* cache_grow* cache_flusharray slab_alloc* slab_free* slab_post_alloc* slab_pre_alloc* "
	  "slab_err slab_bug slab_fix slab_pad_check ____cache_alloc* __slab_alloc* ___slab_alloc "
	  "__slab_free do_slab_free slab_alloc_node new_slab allocate_slab alloc_slab_page setup_object* "
	  "free_debug_processing alloc_debug_processing free_consistency_checks alloc_consistency_checks "
	  "free_to_partial_list check_object check_slab object_err init_object "
	  "print_trailer print_tracking kstrdup* kstrndup* kmemdup* memdup_* vmemdup_user* strndup_user "
	  "__alloc_pages* alloc_pages* __get_free_page* get_zeroed_page* get_page_from_freelist "
	  "__folio_alloc* folio_alloc* alloc_frozen_pages* __alloc_frozen_pages* prep_new_page post_alloc_hook "
	  "__free_pages* free_pages* free_unref_* free_pcp* __free_page* free_one_page "
	  "free_pages_prepare free_frozen_page* free_the_page free_hot_cold_page* __free_frozen_pages "
	  "check_new_page* bad_page bad_page_* free_page_is_bad* check_free_page* rmqueue* "
	  "warn_alloc* kernel_init_free_pages kernel_init_pages __free_one_page free_large_kmalloc "
	  "vmalloc* vzalloc* __vmalloc* vfree* __vfree* __vunmap vunmap alloc_vmap_area "
	  "mempool_alloc* mempool_free* mempool_kmalloc mempool_init_node remove_element add_element "
	  "devm_kmalloc* devm_kzalloc devm_kfree kmemleak_free* free_object_* "
	  "allocate_partial free_partial get_partial* __unfreeze_partials put_cpu_partial "
	  "unmap_page_range_* pcpu_* __alloc_percpu* free_percpu alloc_large_system_hash " },
	{ INTAKE_PLUMBING_ATOMIC,
	  "include/linux/atomic, include/asm-generic/bitops, lib/refcount.c, lib/bitmap",
	  "atomic_* atomic64_* atomic_long_* arch_atomic* __atomic* raw_atomic* instrument_* refcount_* "
	  "__refcount_* kref_* test_bit* test_and_* set_bit clear_bit __set_bit __clear_bit variable_test_bit "
	  "constant_test_bit _test_bit arch_test_bit _find_* find_*_bit find_first_* find_next_* "
	  "__read_once_size* __write_once_size* read_word_at_a_time __read_once* xchg* cmpxchg* "
	  "arch_static_* static_key_* percpu_ref_* percpu_counter_* this_cpu_* __xchg* __cmpxchg* "
	  "dput fast_dput _atomic_dec_and_* hweight* __bitmap_* bitmap_* cpumask_* load_unaligned_zeropad get_unaligned* put_unaligned* "
	  "__get_unaligned* lockref_* rep_nop cpu_relax " },
	{ INTAKE_PLUMBING_LOCK, "kernel/locking, include/linux/spinlock.h, kernel/softirq.c",
	  "_raw_* __raw_spin* __raw_read* __raw_write* do_raw_* raw_spin_* arch_spin_* queued_* "
	  "native_queued_* pv_queued_* __pv_queued_* pv_wait* spin_lock* spin_unlock* spin_trylock* spin_is_locked "
	  "read_lock* read_unlock* write_lock* write_unlock* rwlock_* __ticket_* ticket_spin* "
	  "mutex_* __mutex_* ww_mutex_* __ww_mutex_* down down_* __down* ___down_* up up_* __up* rwsem_* "
	  "percpu_down_* percpu_up_* __percpu_* percpu_rwsem_* rt_mutex_* __rt_mutex_* rt_spin_* "
	  "lock_sock* __lock_sock release_sock* bh_lock_sock* osq_* seqcount_* read_seq* "
	  "write_seq* local_bh_* __local_bh_* _local_bh_* preempt_* __preempt_* preempt_count_* "
	  "arch_local_* native_save_fl native_restore_fl local_irq_* slowpath_enter local_lock* local_unlock* "
	  "call_rwsem_* __task_rq_lock task_rq_lock rq_lock* raw_spin_rq_* class_mutex_* class_spinlock_* class_raw_spin* class_rwsem* " },
	{ INTAKE_PLUMBING_LIST,
	  "include/linux/list.h, lib/rbtree.c, lib/llist.c, lib/plist.c, lib/xarray.c",
	  "list_* __list_* hlist_* __hlist_* llist_* plist_* rb_* __rb_* ____rb_* rcu_list_* "
	  "hlist_bl_* sg_next klist_* xas_* xa_* __xa_* " },
	{ INTAKE_PLUMBING_QUEUE,
	  "kernel/workqueue.c, kernel/time/timer.c, kernel/kthread.c: the caller's side",
	  "try_to_grab_pending* work_grab_pending __cancel_work_timer queue_work* __queue_work* queue_delayed_work* __queue_delayed_work queue_rcu_work schedule_work* "
	  "schedule_delayed_work* mod_delayed_work* flush_work* __flush_work* flush_delayed_work "
	  "cancel_work* __cancel_work* cancel_delayed_work* flush_workqueue* __flush_workqueue "
	  "drain_workqueue destroy_workqueue start_flush_work mod_timer* __mod_timer add_timer* del_timer* "
	  "try_to_del_timer* timer_delete* __timer_delete* timer_shutdown* __try_to_del_timer* "
	  "lock_timer_base internal_add_timer detach_timer detach_if_pending enqueue_timer "
	  "hrtimer_start* hrtimer_cancel hrtimer_try_to_cancel __hrtimer_* hrtimer_active "
	  "kthread_stop kthread_queue_* tasklet_kill tasklet_schedule __tasklet_* "
	  "call_rcu* __call_rcu* kvfree_call_rcu kfree_call_rcu insert_work __insert_work task_work_add irq_work_* call_usermodehelper* " },
	{ INTAKE_PLUMBING_SCHED,
	  "kernel/sched: core.c, completion.c, wait.c, swait.c; kernel/time/sleep_timeout.c",
	  "__schedule schedule schedule_* preempt_schedule* __cond_resched* _cond_resched cond_resched "
	  "io_schedule* context_switch __switch_to* switch_to finish_task_switch* prepare_to_wait* "
	  "wait_for_completion* __wait_for_common do_wait_for_common wait_for_common* "
	  "wait_woken __wait_on_bit* out_of_line_wait* wait_on_bit* bit_wait* wait_event* "
	  "__wait_event* do_wait_intr* finish_wait msleep* usleep_* wait_on_page_* __wait_on_page* "
	  "wait_on_folio* folio_wait_* wait_on_buffer __wait_on_buffer lock_page __lock_page* "
	  "console_lock do_read_cache_folio do_read_cache_page __filemap_fdatawait* filemap_fdatawait* filemap_write_and_wait* "
	  "rcu_barrier* __wake_up* wake_up* try_to_wake_up ttwu_* default_wake_function "
	  "autoremove_wake_function woken_wake_function complete complete_* swake_up* add_wait_queue* "
	  "__folio_lock* folio_lock* __bit_spin* wait_on_commit_* __cpu_* " },
	{ INTAKE_PLUMBING_OBJECT, "lib/kobject.c, drivers/base/core.c, fs/sysfs",
	  "add_uevent_var devres_release_all devres_* release_nodes kobject_* kobj_* kset_* sysfs_* internal_create_group* create_files device_add* device_del "
	  "device_register device_unregister device_initialize device_create* device_destroy "
	  "get_device_parent dpm_* device_release put_device get_device __device_attach* device_attach device_initial_probe "
	  "bus_* driver_* really_probe __driver_* call_driver_probe device_remove* device_remove_* "
	  "__device_release_driver device_release_driver* kernfs_remove_by_name_ns kernfs_create_* "
	  "kernfs_add_one __kernfs_create_file add_sysfs* remove_files* remove_files " },
	{ INTAKE_PLUMBING_USB, "drivers/usb/core: message.c, urb.c",
	  "usb_start_wait_urb usb_internal_control_msg usb_control_msg* usb_bulk_msg usb_interrupt_msg "
	  "usb_kill_urb usb_poison_urb usb_unlink_urb usb_hcd_* usb_submit_urb " },
	{ INTAKE_PLUMBING_SYSCALL,
	  "arch entry: do_syscall_64(), invoke_syscall() and what leads there",
	  "syscall_exit_to_user_mode* __syscall_exit_to_user_mode* entry_SYSCALL_* entry_INT80_* entry_SYSENTER_* do_syscall_* do_fast_syscall_* "
	  "__do_fast_syscall_* do_int80_* ia32_sys_call x64_sys_call system_call_* sysenter_* "
	  "ret_fast_syscall __sys_trace_return el0_svc* el0t_* el0_* invoke_syscall __invoke_syscall "
	  "do_el0_svc syscall_common tracesys* int_ret_from_sys_call stub_* ret_from_fork* "
	  "kthread cpu_startup_entry start_secondary secondary_startup_* rest_init start_kernel "
	  "x86_64_start_* " },
	{ INTAKE_PLUMBING_ALLOCATE,
	  "net/core/sock.c, net/core/skbuff.c, net/core/dev.c, fs/inode.c, fs/file_table.c",
	  "sk_alloc sk_prot_alloc sk_clone* sock_alloc* sock_kmalloc __alloc_skb alloc_skb* __netdev_alloc_skb "
	  "netdev_alloc_* dev_alloc_* skb_release_* __kfree_skb kfree_skb* page_frag_* page_pool_* "
	  "put_page* __put_page __folio_put* free_frag* __napi_alloc_* napi_alloc_* alloc_netdev* build_skb __build_skb skb_clone skb_copy* "
	  "pskb_* sock_wmalloc sock_alloc_send_* alloc_inode new_inode* alloc_file* alloc_empty_file "
	  "radix_tree_node_alloc* xas_alloc xas_nomem idr_* ida_* kmem_cache_create* kvmemdup "
	  "bpf_map_area_alloc* bpf_map_kmalloc* __bpf_map_area_alloc* " },
	{ INTAKE_PLUMBING_RCU, "kernel/rcu, include/linux/rcupdate.h: callers' side",
	  "rcu_read_lock* rcu_read_unlock* __rcu_read_* rcu_lock_* rcu_is_watching rcu_dereference* "
	  "rcu_nmi_* rcu_irq_* ct_irq_* ct_nmi_* " },
};

/* A loop of its own that calls a function that it was given: the name of a hang is what it called. */
static const char dispatchers[] =
	/* system calls to files, sockets, namespaces and modules: fs/, net/socket.c, ipc/ */
	"do_syscall_64 do_syscall_x64 do_syscall_32_irqs_on __do_fast_syscall_32 x64_sys_call "
	"do_fast_syscall_32 entry_SYSCALL_64_fastpath entry_SYSCALL_64_after_hwframe tracesys_phase2 "
	"system_call_fastpath el0_svc_naked el0_svc_common invoke_syscall __invoke_syscall "
	"ret_fast_syscall do_int80_syscall_32 "
	"vfs_ioctl do_vfs_ioctl ksys_ioctl SyS_ioctl __do_sys_ioctl __se_sys_ioctl __x64_sys_ioctl "
	"blkdev_ioctl compat_blkdev_ioctl blkdev_driver_ioctl __blkdev_driver_ioctl "
	"__se_compat_sys_ioctl compat_SyS_ioctl C_SYSC_ioctl compat_ioctl __do_compat_sys_ioctl "
	"vfs_read __vfs_read new_sync_read call_read_iter do_iter_read do_iter_readv_writev "
	"vfs_write __vfs_write new_sync_write call_write_iter do_iter_write do_readv_writev "
	"do_loop_readv_writev vfs_readv vfs_writev vfs_open do_dentry_open vfs_iter_read vfs_iter_write "
	"__fput fput vfs_fsync_range vfs_fallocate do_splice_from splice_direct_to_actor "
	"sock_sendmsg sock_sendmsg_nosec __sock_sendmsg ____sys_sendmsg sock_write_iter "
	"__sys_setsockopt SyS_setsockopt __do_sys_setsockopt sock_common_setsockopt do_sock_setsockopt "
	"sock_recvmsg sock_recvmsg_nosec sock_read_iter sock_ioctl sock_do_ioctl "
	"netlink_rcv_skb rtnetlink_rcv_msg genl_rcv_msg genl_family_rcv_msg "
	"genl_family_rcv_msg_doit genl_rcv nfnetlink_rcv_msg nfnetlink_rcv_batch netlink_dump "
	/* work, timers, softirqs, interrupts: kernel/ */
	"kthread process_one_work worker_thread task_work_run call_timer_fn expire_timers "
	"__run_timers __run_hrtimer __hrtimer_run_queues hrtimer_run_softirq __do_softirq handle_softirqs "
	"tasklet_action tasklet_action_common tasklet_hi_action rcu_do_batch __handle_irq_event_percpu "
	"handle_irq_event_percpu net_rx_action napi_poll __napi_poll "
	/* packets to protocols: net/core/dev.c */
	"deliver_skb deliver_ptype_list_skb __netif_receive_skb_core __netif_receive_skb_one_core "
	"__netif_receive_skb netif_receive_skb netif_receive_skb_internal "
	/* start-up: init/main.c, kernel/umh.c */
	"do_one_initcall call_usermodehelper_exec_async ";

/* Where an interrupt, exception or trap came in; what is below it on the stack was interrupted. */
static const char interrupts[] =
	"apic_timer_interrupt asm_sysvec_apic_timer_interrupt sysvec_apic_timer_interrupt "
	"smp_apic_timer_interrupt asm_sysvec_* ret_from_intr common_interrupt asm_common_interrupt "
	"do_IRQ el1_irq el1h_64_irq gic_handle_irq __irq_svc reschedule_interrupt "
	"hypervisor_callback call_function_interrupt call_function_single_interrupt "
	"end_repeat_nmi asm_exc_nmi nmi ";

static bool matches(struct intake_text function, struct intake_text pattern)
{
	bool anywhere = intake_text_take(&pattern, "*");

	if (pattern.at[pattern.length - 1] != '*')
		return function.length == pattern.length &&
		       memcmp(function.at, pattern.at, pattern.length) == 0;
	pattern.length--;
	if (anywhere)
		return memmem(function.at, function.length, pattern.at, pattern.length) != NULL;
	return function.length >= pattern.length &&
	       memcmp(function.at, pattern.at, pattern.length) == 0;
}

static bool is_among(struct intake_text function, const char *names)
{
	struct intake_text rest = intake_text_of(names);

	while (rest.length > 0) {
		struct intake_text pattern = intake_text_take_word(&rest);

		if (pattern.length > 0 && matches(function, pattern))
			return true;
		intake_text_take_blanks(&rest);
	}
	return false;
}

unsigned int intake_plumbing_reasons(struct intake_text function)
{
	unsigned int reasons = 0;

	for (size_t i = 0; i < sizeof(areas) / sizeof(*areas); i++)
		if ((reasons & areas[i].reason) == 0 && is_among(function, areas[i].names))
			reasons |= areas[i].reason;
	return reasons;
}

bool intake_plumbing_dispatches(struct intake_text function)
{
	return is_among(function, dispatchers);
}

bool intake_plumbing_interrupts(struct intake_text function)
{
	return is_among(function, interrupts);
}
