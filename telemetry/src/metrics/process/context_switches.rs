//! How often the threads of this process were made to wait for others.

use std::{collections::HashMap, ffi::OsString, fs};

use super::field;

/// Voluntary ones (a thread waits for something) and involuntary ones (its time is over).
type Counts = [u64; 2];

/// proc(5) counts them by thread, and forgets a thread that has ended. So what each adds from one look to
/// the next is added up; what a thread does between the last look and its end is not seen.
#[derive(Default)]
pub(super) struct ContextSwitches {
    threads: HashMap<OsString, Counts>,
    total: Counts,
}

impl ContextSwitches {
    /// All so far.
    pub(super) fn look(&mut self) -> Option<Counts> {
        let mut threads = HashMap::new();
        for thread in fs::read_dir("/proc/self/task").ok()?.flatten() {
            // It may have ended since.
            let Some(counts) = counts(&thread) else { continue };
            let before = self.threads.get(&thread.file_name()).copied().unwrap_or_default();
            for (total, (now, before)) in self.total.iter_mut().zip(counts.into_iter().zip(before)) {
                // A smaller number is that of another thread, which got the number of one that ended.
                *total += now.checked_sub(before).unwrap_or(now);
            }
            threads.insert(thread.file_name(), counts);
        }
        self.threads = threads;
        Some(self.total)
    }
}

fn counts(thread: &fs::DirEntry) -> Option<Counts> {
    let status = fs::read_to_string(thread.path().join("status")).ok()?;
    Some([field(&status, "voluntary_ctxt_switches:")?, field(&status, "nonvoluntary_ctxt_switches:")?])
}
