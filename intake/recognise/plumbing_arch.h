/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of plumbing_areas.h that is about architectures: traps, interrupts, system calls. */
#ifndef LINEAGE_INTAKE_RECOGNISE_PLUMBING_ARCH_H
#define LINEAGE_INTAKE_RECOGNISE_PLUMBING_ARCH_H

#include "plumbing_areas.h"

static const struct area arch_areas[] = {
	{ INTAKE_PLUMBING_REPORT,
	  "arch/x86/lib/retpoline.S, arch/x86/entry/entry.S: indirect calls and returns",
	  "__x86_indirect_* __x86_return_thunk __x86_retpoline_* srso_*return_thunk "
	  "srso_return_thunk srso_alias_return_thunk srso_safe_ret srso_alias_safe_ret "
	  "retbleed_return_thunk its_return_thunk call_depth_return_thunk clear_bhb_loop "
	  "entry_ibpb " },
	{ INTAKE_PLUMBING_REPORT,
	  "arch/x86: entry/entry_{32,64}.S, kernel/traps.c, mm/fault.c; before 5.8 without exc_",
	  "exc_* asm_exc_* noist_exc_* xen_asm_exc_* asm_xen_* idtentry_* error_entry error_exit "
	  "error_return error_code error_sti common_exception xen_error_entry paranoid_entry "
	  "paranoid_exit paranoid_userspace retint_kernel retint_user retint_swapgs retint_careful "
	  "retint_signal retint_check restore_args do_trap do_trap_no_signal do_error_trap "
	  "do_bounds do_invalid_op invalid_op do_invalid_TSS invalid_TSS do_general_protection "
	  "general_protection do_double_fault double_fault doublefault_shim do_divide_error "
	  "divide_error do_int3 int3 do_debug debug do_overflow overflow bounds do_alignment_check "
	  "alignment_check do_stack_segment stack_segment do_segment_not_present "
	  "segment_not_present do_device_not_available device_not_available do_coprocessor_error "
	  "coprocessor_error do_simd_coprocessor_error simd_coprocessor_error "
	  "do_coprocessor_segment_overrun coprocessor_segment_overrun do_spurious_interrupt_bug "
	  "do_iret_error math_error do_machine_check machine_check mce_machine_check notify_die "
	  "atomic_notifier_call_chain_die fixup_exception search_exception_tables search_extable "
	  "ex_handler_* handle_stack_overflow page_fault async_page_fault trace_page_fault "
	  "do_page_fault __do_page_fault trace_do_page_fault do_async_page_fault kvm_async_pf_* "
	  "do_kern_addr_fault do_user_addr_fault handle_page_fault no_context "
	  "kernelmode_fixup_or_oops page_fault_oops show_fault_oops __bad_area bad_area "
	  "bad_area_nosemaphore __bad_area_nosemaphore bad_area_access_error bad_kernel_fault "
	  "bad_get_user* bad_put_user* mm_fault_error pgtable_bad spurious_fault "
	  "spurious_kernel_fault is_prefetch force_sig_fault force_sig_info_fault " },
	{ INTAKE_PLUMBING_REPORT,
	  "arch/x86: how interrupts and NMIs come in, and the same below Xen and Hyper-V",
	  "asm_sysvec_* sysvec_* __sysvec_* instr_sysvec_* run_sysvec_* run_irq_on_irqstack_cond "
	  "call_irq_handler do_IRQ __common_interrupt common_interrupt asm_common_interrupt "
	  "common_interrupt_return ret_from_intr interrupt_entry irq_entries_start "
	  "smp_apic_timer_interrupt* apic_timer_interrupt smp_trace_apic_timer_interrupt* "
	  "trace_apic_timer_interrupt local_apic_timer_interrupt smp_reschedule_interrupt "
	  "reschedule_interrupt smp_call_function_interrupt call_function_interrupt "
	  "smp_call_function_single_interrupt call_function_single_interrupt "
	  "smp_irq_work_interrupt irq_work_interrupt smp_spurious_interrupt spurious_interrupt "
	  "error_interrupt thermal_interrupt xen_hypervisor_callback xen_do_hypervisor_callback "
	  "xen_do_upcall xen_hvm_callback_vector xen_failsafe_callback xen_evtchn_do_upcall "
	  "xen_hvm_evtchn_do_upcall __xen_evtchn_do_upcall xen_pv_evtchn_do_upcall "
	  "__xen_pv_evtchn_do_upcall hypervisor_callback hyperv_callback_vector "
	  "hv_stimer0_callback_vector nmi do_nmi default_do_nmi nmi_handle nmi_restore "
	  "end_repeat_nmi repeat_nmi first_nmi nested_nmi nmi_stack_correct irq_enter "
	  "irq_enter_rcu irq_exit irq_exit_rcu __irq_exit_rcu irqentry_enter irqentry_exit "
	  "irqentry_nmi_enter irqentry_nmi_exit irqentry_exit_cond_resched "
	  "raw_irqentry_exit_cond_resched __raw_irqentry_exit_cond_resched do_softirq_own_stack "
	  "call_softirq invoke_softirq " },
	{ INTAKE_PLUMBING_REPORT,
	  "arch/arm: kernel/entry-armv.S, kernel/traps.c, mm/fault.c, mm/alignment.c",
	  "__dabt_* __pabt_* __und_* do_DataAbort do_PrefetchAbort do_undefinstr do_alignment "
	  "do_bad do_bad_area do_sect_fault do_cache_op call_fpe __do_kernel_fault do_kernel_fault "
	  "do_translation_fault __do_user_fault bad_mode arm_syscall handle_fiq_as_nmi " },
	{ INTAKE_PLUMBING_REPORT,
	  "arch/arm64: kernel/entry.S, entry-common.c, traps.c, debug-monitors.c, mm/fault.c",
	  "el1_* el1h_* el1t_* do_el1_* __el1_irq __el1_pnmi __bad_stack handle_bad_stack "
	  "panic_bad_stack __panic_unhandled do_mem_abort do_sea do_sp_pc_abort do_alignment_fault "
	  "do_tag_recovery do_tag_check_fault report_tag_fault do_debug_exception "
	  "debug_exception_enter debug_exception_exit brk_handler do_brk64 call_break_hook "
	  "call_el1_break_hook call_step_hook single_step_handler reserved_fault_brk_handler "
	  "kasan_brk_handler kasan_handler ubsan_brk_handler ubsan_handler cfi_brk_handler "
	  "cfi_handler do_undefinstr do_serror force_signal_inject arm64_enter_* arm64_exit_* "
	  "__arm64_exit_* arm64_force_sig_* enter_from_kernel_mode exit_to_kernel_mode "
	  "arm64_is_fatal_ras_serror arm64_skip_faulting_instruction asm_nmi_enter asm_nmi_exit "
	  "__irq_svc __irq_usr gic_handle_irq __gic_handle_irq* gic_handle_nmi gic_cpu_irq "
	  "do_interrupt_handler call_on_irq_stack handle_arch_irq generic_handle_arch_irq "
	  "__handle_domain_irq " },
	{ INTAKE_PLUMBING_REPORT,
	  "arch/powerpc, arch/s390: kernel/traps.c, entry*.S, exceptions-64s.S, mm/fault.c",
	  "data_access_common* data_access_slb_common* instruction_access_common* "
	  "instruction_access_slb_common* h_data_storage_common* program_check_common* "
	  "program_check_exception do_program_check alignment_common* alignment_exception "
	  "machine_check_common* machine_check_exception __machine_check_exception _exception "
	  "_exception_pkey unrecoverable_exception handle_debug interrupt_return "
	  "interrupt_return_srr* hash__do_page_fault ___do_page_fault do_hash_fault bad_page_fault "
	  "__bad_page_fault decrementer_common* hardware_interrupt_common* doorbell_super_common* "
	  "ret_from_except ret_from_except_lite fast_exception_return soft_nmi_interrupt "
	  "soft_nmi_common timer_interrupt __do_irq __do_IRQ do_dat_exception "
	  "do_protection_exception do_exception pgm_check_handler pgm_check_ext __do_pgm_check "
	  "illegal_op data_exception monitor_event_exception do_report_trap do_no_context "
	  "handle_fault_error handle_fault_error_nolock dump_fault_info kernel_stack_invalid "
	  "stack_overflow kernel_stack_overflow ext_int_handler io_int_handler mcck_int_handler "
	  "do_ext_irq do_io_irq do_irq_async do_ext_interrupt restart_int_handler " },
	{ INTAKE_PLUMBING_REPORT,
	  "arch/riscv, arch/mips, arch/loongarch: kernel/traps.c, entry.S, genex.S, mm/fault.c",
	  "handle_exception ret_from_exception do_trap_* handle_riscv_irq do_irq riscv_intc_irq "
	  "handle_break handle_kernel_stack_overflow do_page_fault_* access_error handle_ades "
	  "handle_adel handle_ades_int handle_adel_int handle_ri handle_ri_int handle_ri_rdhwr "
	  "handle_bp_int handle_tr_int handle_ov_int handle_ibe_int handle_dbe_int handle_int "
	  "handle_tlbm handle_tlbl handle_tlbs tlb_do_page_fault_0 tlb_do_page_fault_1 do_ade "
	  "do_ale do_bce do_be do_bp do_ri do_tr do_ov do_reserved do_mcheck do_vint handle_vint "
	  "handle_loongarch_irq handle_ale handle_ade handle_bce handle_bp handle_tlb_protect "
	  "tlb_do_page_fault except_vec_vi_end rollback_handle_int plat_irq_dispatch except_vec_vi " },
	{ INTAKE_PLUMBING_SYSCALL,
	  "arch: from user space to the function of a system call; init/main.c, kernel/fork.c",
	  "do_syscall_64 do_syscall_x64 do_syscall_32_irqs_on do_fast_syscall_32 "
	  "__do_fast_syscall_32 do_int80_syscall_32 do_int80_emulation int80_emulation "
	  "x64_sys_call x32_sys_call ia32_sys_call do_SYSENTER_32 syscall_trace_enter* "
	  "syscall_enter_from_user_mode* syscall_exit_to_user_mode* __syscall_exit_to_user_mode* "
	  "syscall_exit_work* entry_SYSCALL_* entry_SYSENTER_* entry_INT80_* entry_SYSRETQ_* "
	  "system_call system_call_fastpath system_call_done sysenter_past_esp sysenter_dispatch "
	  "sysenter_do_call sysexit_* syscall_call syscall_exit cstar_dispatch cstar_do_call "
	  "ia32_syscall ia32_do_call ia32_sysret tracesys tracesys_phase2 int_ret_from_sys_call "
	  "ret_from_sys_call sysret_check return_from_SYSCALL_64 native_irq_return_iret "
	  "restore_regs_and_return_to_kernel swapgs_restore_regs_and_return_to_usermode stub_clone "
	  "stub_fork stub_vfork stub_execve stub_execveat stub_rt_sigreturn stub_sigaltstack "
	  "stub_iopl stub_x32_* stub32_* ptregs_* ret_fast_syscall ret_slow_syscall "
	  "__sys_trace_return local_restart vector_swi el0_* el0t_* invoke_syscall "
	  "__invoke_syscall do_el0_svc* ret_to_user system_call_exception system_call_common "
	  "system_call_vectored_common syscall_common handle_sys handle_sys64 syscall_trace_entry "
	  "ret_from_syscall ret_from_syscall_rejected do_trap_ecall_u do_syscall __do_syscall "
	  "handle_syscall sysc_nr_ok sysc_tracego ret_from_fork* ret_from_kernel_thread "
	  "ret_from_kernel_user_thread kernel_thread_starter kernel_thread_helper "
	  "call_usermodehelper_exec_async kthread cpu_startup_entry cpu_idle_loop start_secondary "
	  "secondary_startup_* secondary_start_kernel __secondary_switched start_here_common "
	  "rest_init kernel_init start_kernel x86_64_start_* i386_start_kernel smp_bootstrap "
	  "__primary_switched " },
	{ DISPATCHES, "arch: the system call itself",
	  "do_syscall_64 do_syscall_x64 do_syscall_32_irqs_on do_fast_syscall_32 "
	  "__do_fast_syscall_32 do_int80_syscall_32 do_int80_emulation x64_sys_call ia32_sys_call "
	  "entry_SYSCALL_64_fastpath entry_SYSCALL_64_after_hwframe tracesys_phase2 "
	  "system_call_fastpath system_call sysenter_dispatch ia32_do_call cstar_dispatch "
	  "el0_svc_* invoke_syscall __invoke_syscall ret_fast_syscall system_call_exception "
	  "system_call_common do_trap_ecall_u ret_from_syscall do_syscall __do_syscall "
	  "handle_syscall syscall_common handle_sys handle_sys64 " },
	{ INTERRUPTS,
	  "arch: entry code of interrupts; what is below it on the stack was interrupted",
	  "apic_timer_interrupt smp_apic_timer_interrupt* smp_trace_apic_timer_interrupt* "
	  "trace_apic_timer_interrupt asm_sysvec_* sysvec_* ret_from_intr common_interrupt "
	  "asm_common_interrupt do_IRQ reschedule_interrupt irq_work_interrupt "
	  "call_function_interrupt call_function_single_interrupt hypervisor_callback "
	  "xen_hypervisor_callback xen_do_hypervisor_callback xen_hvm_callback_vector "
	  "hyperv_callback_vector hv_stimer0_callback_vector end_repeat_nmi repeat_nmi asm_exc_nmi "
	  "nmi el1_irq el1h_64_irq el1h_64_irq_handler el1_interrupt el1h_64_fiq gic_handle_irq "
	  "__irq_svc __fiq_svc decrementer_common* hardware_interrupt_common* "
	  "doorbell_super_common* timer_interrupt soft_nmi_common ext_int_handler io_int_handler "
	  "mcck_int_handler do_ext_irq do_io_irq handle_riscv_irq do_irq handle_int "
	  "rollback_handle_int plat_irq_dispatch handle_vint do_vint handle_loongarch_irq " },
};

#endif /* LINEAGE_INTAKE_RECOGNISE_PLUMBING_ARCH_H */
