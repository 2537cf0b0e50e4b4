//! Killed, stopped, frozen: from outside, as it happens to a process.

use rustix::process::{Signal, kill_process};

use super::{System, pid};

impl System {
    /// As if the machine had lost it: nothing is finished, nothing is flushed.
    pub async fn kill(&mut self, service: &str) {
        let index = self.processes.iter().position(|(name, _)| *name == service).unwrap();
        let (_, mut process) = self.processes.remove(index);
        process.kill().await.unwrap();
    }

    /// As an orchestrator stops it; the returned future ends with the process.
    pub fn stop(&mut self, service: &str) -> impl Future<Output = ()> + use<> {
        let index = self.processes.iter().position(|(name, _)| *name == service).unwrap();
        let (name, mut process) = self.processes.remove(index);
        kill_process(pid(&process), Signal::TERM).unwrap();
        async move {
            let status = process.wait().await.unwrap();
            assert!(status.success(), "{name} ended with {status}");
        }
    }

    /// Takes the processor away from it; what others send meanwhile waits in its sockets.
    pub fn freeze(&self, service: &str) {
        self.signal(service, Signal::STOP);
    }

    /// And gives it back.
    pub fn thaw(&self, service: &str) {
        self.signal(service, Signal::CONT);
    }

    fn signal(&self, service: &str, signal: Signal) {
        let (_, process) = self.processes.iter().find(|(name, _)| *name == service).unwrap();
        kill_process(pid(process), signal).unwrap();
    }

    pub async fn start_again(&mut self, service: &'static str) {
        self.spawn(service, "nothing");
        self.wait_until_ready(service).await;
    }
}
