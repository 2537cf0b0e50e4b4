//! Memory that was needed once is given back.

/// glibc keeps large blocks for itself once the first of them was freed: after a few passwords (Argon2
/// takes 19 MiB each) a process would stay that much larger for ever. With a fixed threshold every
/// large block is mapped and unmapped by itself.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "the only way to tell glibc; called before there is a second thread")]
pub fn give_back_large_blocks() {
    const LARGE: libc::c_int = 1024 * 1024;
    // SAFETY: `mallopt` changes settings of the allocator and has no other preconditions.
    unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) };
}

/// Other allocators do so anyway.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back_large_blocks() {}
