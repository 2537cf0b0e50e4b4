//! A new service: its files, and the lines that register it.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::{
    changes::Changes,
    checkout::Checkout,
    name::Name,
    registration,
    service_files::FILES,
    template::{Shape, Values},
    topic::Topic,
};

/// What has to be written into `checkout`.
pub(super) fn plan(checkout: &Checkout, name: &Name, shape: Shape, topic: &Topic) -> Result<Changes> {
    checkout.ensure_free(name)?;
    if shape.kafka {
        checkout.ensure_new(topic)?;
    }
    let values = Values {
        name,
        shape,
        topic,
        project: &checkout.project,
        ports: checkout.next_ports()?,
        redis: checkout.next_redis()?,
    };
    let mut changes = Changes::in_folder(&checkout.root);
    write_files(checkout, &values, &mut changes)?;
    register(checkout, &values, &mut changes)?;
    changes.say("wrote      Cargo.lock".to_owned());
    Ok(changes)
}

fn write_files(checkout: &Checkout, values: &Values<'_>, changes: &mut Changes) -> Result<()> {
    for file in FILES {
        let path = values.render(file.path);
        let path = path.trim_end();
        let wanted = file.condition.is_none_or(|condition| values.shape.has(condition) == Some(true));
        // A project may do without Kubernetes.
        let has_place = !path.starts_with("deploy/k8s/") || checkout.root.join("deploy/k8s/base").is_dir();
        if !wanted || !has_place {
            continue;
        }
        ensure!(
            !checkout.root.join(path).exists(),
            "`{}` is taken, there is {path}: take another name",
            values.name
        );
        changes.write(path, values.render(file.template));
        changes.say(format!("wrote      {path}"));
    }
    Ok(())
}

fn register(checkout: &Checkout, values: &Values<'_>, changes: &mut Changes) -> Result<()> {
    for line in registration::lines(&checkout.program, values) {
        let file = Path::new(&line.file);
        if line.optional && !checkout.root.join(file).exists() {
            continue;
        }
        let text = changes.read(file).with_context(|| format!("{} can't be read", line.file))?;
        if line.unless.is_some_and(|there| text.contains(there)) {
            continue;
        }
        // An inserted piece within a line must not become one.
        let new = values.render(&line.template);
        let new = if line.template.ends_with('\n') { new.as_str() } else { new.trim_end_matches('\n') };
        let changed = line.place.insert(&text, new).with_context(|| {
            format!(
                "{} has no place for a new service any more ({:?}): put it back, or register by hand",
                line.file, line.place
            )
        })?;
        changes.write(file, changed);
        changes.say(format!("registered {}", line.file));
    }
    Ok(())
}
