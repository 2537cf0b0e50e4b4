//! Metrics of a process (release candidate), and what they are counted by.

pub(crate) const PROCESS_CPU_TIME: &str = "process.cpu.time";
pub(crate) const PROCESS_MEMORY_USAGE: &str = "process.memory.usage";
pub(crate) const PROCESS_MEMORY_VIRTUAL: &str = "process.memory.virtual";
pub(crate) const PROCESS_DISK_IO: &str = "process.disk.io";
pub(crate) const PROCESS_THREAD_COUNT: &str = "process.thread.count";
pub(crate) const PROCESS_UNIX_FILE_DESCRIPTOR_COUNT: &str = "process.unix.file_descriptor.count";
pub(crate) const PROCESS_CONTEXT_SWITCHES: &str = "process.context_switches";
pub(crate) const PROCESS_PAGING_FAULTS: &str = "process.paging.faults";
pub(crate) const PROCESS_UPTIME: &str = "process.uptime";
/// `user` or `system`.
pub(crate) const CPU_MODE: &str = "cpu.mode";
/// `read` or `write`.
pub(crate) const DISK_IO_DIRECTION: &str = "disk.io.direction";
/// `voluntary` or `involuntary`.
pub(crate) const PROCESS_CONTEXT_SWITCH_TYPE: &str = "process.context_switch.type";
/// `minor` or `major`.
pub(crate) const SYSTEM_PAGING_FAULT_TYPE: &str = "system.paging.fault.type";
