//! When files were written. Cargo builds again what is newer than what it has built, also when its content is what it
//! was before.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context, Result};

/// Of files and of the folders they are in: build scripts look at folders.
#[derive(Debug)]
pub struct Times {
    taken: SystemTime,
    written: BTreeMap<PathBuf, SystemTime>,
}

impl Times {
    /// Of those of `files` that are in `root`.
    ///
    /// # Errors
    /// When they can't be looked at.
    pub fn of<'a>(root: &Path, files: impl Iterator<Item = &'a str>) -> Result<Self> {
        let mut times = Self { taken: SystemTime::now(), written: BTreeMap::new() };
        for file in files {
            for path in root.join(file).ancestors().take_while(|path| path.starts_with(root)) {
                if path.exists() && !times.written.contains_key(path) {
                    times.written.insert(path.to_owned(), modified(path)?);
                }
            }
        }
        Ok(times)
    }

    /// Gives them the times they had. Not if something was built in `target` meanwhile: what was built from other
    /// files would then pass for built from these.
    ///
    /// # Errors
    /// When one can't be set.
    pub fn bring_back(&self, target: &Path) -> Result<()> {
        if self.built_since(target)? {
            return Ok(());
        }
        for (path, time) in &self.written {
            if path.exists() && modified(path)? != *time {
                File::open(path)
                    .and_then(|file| file.set_modified(*time))
                    .with_context(|| format!("{} can't be given the time it had", path.display()))?;
            }
        }
        Ok(())
    }

    /// Cargo writes down beside each thing when it began to build it.
    fn built_since(&self, target: &Path) -> Result<bool> {
        for profile in entries(target)? {
            for unit in entries(&profile.join(".fingerprint"))? {
                for file in entries(&unit)? {
                    if modified(&file)? >= self.taken {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }
}

fn modified(path: &Path) -> Result<SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).with_context(|| path.display().to_string())
}

/// None where there is no such folder.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}
