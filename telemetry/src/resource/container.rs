//! Which container this process runs in, as the kernel shows it to the process (Linux only).

use std::fs;

use opentelemetry::KeyValue;

use crate::names;

/// `container.id`, where the process is in a container that says so.
pub(crate) fn attribute() -> Option<KeyValue> {
    // Version 1 of the control groups names the container in its path; version 2 shows the root alone
    // from inside, and the mounts that the container's engine made give it away.
    let cgroup = fs::read_to_string("/proc/self/cgroup").ok().and_then(|text| from_cgroup(&text));
    let id = cgroup
        .or_else(|| fs::read_to_string("/proc/self/mountinfo").ok().and_then(|text| from_mounts(&text)))?;
    Some(KeyValue::new(names::CONTAINER_ID, id))
}

/// The last part of a line's path: `<id>`, `docker-<id>.scope`, `cri-containerd-<id>.scope`,
/// `…:cri-containerd:<id>`.
fn from_cgroup(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let last = line.rsplit('/').next()?;
        let last = last.strip_suffix(".scope").unwrap_or(last);
        let id = last.rsplit(['-', ':']).next()?;
        is_id(id).then(|| id.to_owned())
    })
}

/// `…/containers/<id>/…`, in the source of a mount: Docker and Podman keep a container's `hostname` file
/// there. containerd keeps it by the pod's sandbox (`/sandboxes/<id>/`), whose id is not the container's,
/// so there it stays unknown.
fn from_mounts(text: &str) -> Option<String> {
    text.lines().filter(|line| line.contains("/hostname")).find_map(|line| {
        let parts: Vec<&str> = line.split('/').collect();
        let found = parts.windows(2).find(|pair| pair[0].ends_with("containers") && is_id(pair[1]));
        found.map(|pair| pair[1].to_owned())
    })
}

fn is_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::{from_cgroup, from_mounts};

    const ID: &str = "7be92808767a667f35c8505cbf40d14e931ef6db5b0210329cf193b15ba9d605";

    #[test]
    fn control_groups_of_version_1_name_the_container() {
        for path in [
            format!("/docker/{ID}"),
            format!("/system.slice/docker-{ID}.scope"),
            format!("/kubepods.slice/kubepods-burstable.slice/cri-containerd-{ID}.scope"),
            format!("/kubepods/besteffort/pod7c0d/{ID}"),
            format!("/system.slice/containerd.service/kubepods-pod7.slice:cri-containerd:{ID}"),
        ] {
            let text = format!("12:pids:/\n11:memory:{path}\n0::/\n");
            assert_eq!(from_cgroup(&text).as_deref(), Some(ID), "{path}");
        }
    }

    #[test]
    fn the_mounts_name_it_under_version_2() {
        let docker = format!(
            "983 961 0:56 /proc/sys /proc/sys ro\n\
             984 974 254:1 /docker/containers/{ID}/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw\n"
        );
        assert_eq!(from_mounts(&docker).as_deref(), Some(ID));
        let podman = format!(
            "1 2 0:3 /containers/overlay-containers/{ID}/userdata/hostname /etc/hostname rw - tmpfs t rw\n"
        );
        assert_eq!(from_mounts(&podman).as_deref(), Some(ID));
    }

    #[test]
    fn no_container_and_no_sandbox_is_taken_for_one() {
        let cgroup = "9:name=systemd:/\n4:memory:/user/647286aed6cd7ea121956329ea20dac8\n0::/\n";
        assert_eq!(from_cgroup(cgroup), None);
        let sandbox = format!(
            "1 2 8:1 /var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/{ID}/hostname /etc/hostname rw\n"
        );
        assert_eq!(from_mounts(&sandbox), None);
    }
}
