//! A new repository: made beside its place, and moved there when all of it is right.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use super::{
    changes::{Changes, Written},
    checkout::Checkout,
    name::Name,
    project_files::{COPIED, CUT, NEW, OPERATIONS},
    service,
    template::Shape,
    topic::Topic,
};

pub(super) fn write(
    from: &Checkout,
    path: &Path,
    service: &Name,
    shape: Shape,
    topic: &Topic,
) -> Result<Written> {
    let project = name_of(path)?;
    ensure!(
        project != *service,
        "the project and its service are both called `{service}`: choose another --service"
    );
    ensure_free(from, path, &project)?;
    let parent = path.parent().context("the root of all files is no place for a project")?;
    fs::create_dir_all(parent).with_context(|| format!("{} can't be made", parent.display()))?;
    // Gone with this value, whatever happens until it is moved.
    let unfinished = tempfile::Builder::new().prefix(".throughline-new-").tempdir_in(parent);
    let unfinished = unfinished.with_context(|| format!("{} can't be written to", parent.display()))?;
    let mut written = write_frame(from, unfinished.path(), &project.to_string(), &service.to_string())?;
    let frame = Checkout::at(unfinished.path())?;
    let added = service::plan(&frame, service, shape, topic)?.apply(|| frame.update_lock_file())?;
    written.said.extend(added.said);
    written.files.extend(added.files);
    let readable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(unfinished.path(), readable)
        .and_then(|()| fs::rename(unfinished.path(), path))
        .with_context(|| format!("{} can't be made", path.display()))?;
    Ok(written)
}

/// The folder's.
fn name_of(path: &Path) -> Result<Name> {
    let folder = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    Name::parse(folder).context("the folder's name is the project's name")
}

fn ensure_free(from: &Checkout, path: &Path, project: &Name) -> Result<()> {
    ensure!(
        from.program == "throughline",
        "{} is a project itself: name a checkout of Throughline with --from",
        from.root.display()
    );
    ensure!(
        !path.starts_with(&from.root),
        "{} is inside the checkout: choose a place outside",
        path.display()
    );
    from.ensure_free(project).context("the folder's name is the project's name")?;
    ensure!(path.is_dir() || !path.exists(), "{} is no folder: choose another place", path.display());
    let is_empty = fs::read_dir(path).map_or(true, |mut entries| entries.next().is_none());
    ensure!(is_empty, "{} is not empty: choose a folder that does not exist yet", path.display());
    Ok(())
}

/// Everything but the service.
fn write_frame(from: &Checkout, to: &Path, project: &str, service: &str) -> Result<Written> {
    let mut changes = Changes::in_folder(to);
    for copied in COPIED {
        copy(&from.root, Path::new(copied), &mut changes)?;
        changes.say(format!("copied     {copied}"));
    }
    let (target, source) = OPERATIONS;
    changes.write_as_it_is(target, from.read(&format!("{}/{source}", from.program))?.into_bytes());
    changes.say(format!("copied     {target}"));
    for (file, cut) in CUT {
        changes.write_as_it_is(*file, cut(&from.read(file)?, project, service).into_bytes());
        changes.say(format!("cut        {file}"));
    }
    for (file, template) in NEW {
        changes.write_as_it_is(*file, template.replace("my-project", project).into_bytes());
        changes.say(format!("wrote      {file}"));
    }
    let written = changes.apply(|| Ok(()))?;
    make_executable(to)?;
    Ok(written)
}

/// A file, or a folder with all that is in it.
fn copy(from: &Path, path: &Path, changes: &mut Changes) -> Result<()> {
    let source = from.join(path);
    let unreadable =
        || format!("{} can't be read: is {} a whole checkout?", source.display(), from.display());
    if !source.is_dir() {
        changes.write_as_it_is(path, fs::read(&source).with_context(unreadable)?);
        return Ok(());
    }
    for entry in fs::read_dir(&source).with_context(unreadable)? {
        let name: PathBuf = entry.with_context(unreadable)?.file_name().into();
        copy(from, &path.join(name), changes)?;
    }
    Ok(())
}

fn make_executable(root: &Path) -> Result<()> {
    for script in fs::read_dir(root.join("scripts")).context("scripts/ was not written")? {
        let script = script.context("scripts/ can't be read")?.path();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("{} can't be made executable", script.display()))?;
    }
    Ok(())
}
