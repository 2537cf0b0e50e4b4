//! The folder in which `up` keeps its data between runs.
//!
//! It is ours only if it says so: a file in it marks it. Any other folder that is not empty is
//! refused, so that a typing error in `--state-dir` mixes nothing up.

use std::{
    env,
    fs::{self, File, TryLockError},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// Its content is the version of the folder's layout.
const MARKER: &str = "throughline-state";
const VERSION: &str = "1";
const LOCK: &str = "lock";
const KEYS: &str = "jwt-keys";

/// Why a state folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// There is nowhere to put it.
    #[error("neither XDG_STATE_HOME nor HOME is set: say where the data shall be kept with --state-dir")]
    Nowhere,
    /// It belongs to somebody else.
    #[error(
        "{} is not empty and not a state folder of throughline (it has no file `{MARKER}`): \
         choose another one with --state-dir", .0.display()
    )]
    Foreign(PathBuf),
    /// It was made by another version.
    #[error(
        "{} has the layout {found:?}, this version knows {VERSION:?}: \
         choose another folder with --state-dir, or delete this one to begin anew", .folder.display()
    )]
    OtherVersion {
        /// The folder.
        folder: PathBuf,
        /// What its marker says.
        found: String,
    },
    /// Another `up` uses it.
    #[error("throughline is running already in {}: stop it, or give this one another --state-dir", .0.display())]
    InUse(PathBuf),
    /// Something in it can't be read or written.
    #[error("{} can't be used ({source}): make it writable, or choose another folder with --state-dir", .path.display())]
    Io {
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl StateError {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { path, source }
    }
}

/// A state folder that only this process uses.
#[derive(Debug)]
pub struct StateFolder {
    path: PathBuf,
    /// Locked until this value is dropped, or the process ends in whatever way.
    _lock: File,
}

impl StateFolder {
    /// Where the state folder is, or would be.
    ///
    /// # Errors
    /// When nothing says where.
    pub fn path(chosen: Option<&Path>) -> Result<PathBuf, StateError> {
        let absolute = |path: &Path| std::path::absolute(path).map_err(StateError::at(path));
        if let Some(chosen) = chosen {
            return absolute(chosen);
        }
        if is_root() {
            return Ok(PathBuf::from("/var/lib/throughline"));
        }
        let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let state = set("XDG_STATE_HOME").or_else(|| Some(set("HOME")?.join(".local/state")));
        absolute(&state.ok_or(StateError::Nowhere)?.join("throughline"))
    }

    /// Opens it, or makes it.
    ///
    /// # Errors
    /// When it is foreign, in use, or can't be written.
    pub fn open(chosen: Option<&Path>) -> Result<Self, StateError> {
        let path = Self::path(chosen)?;
        make(&path)?;
        check_marker(&path)?;
        let file = path.join(LOCK);
        let lock = File::create(&file).map_err(StateError::at(&file))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StateError::InUse(path)),
            Err(TryLockError::Error(source)) => Err(StateError::Io { path: file, source }),
        }
    }

    /// Whether an `up` uses the folder at `path` now.
    ///
    /// # Errors
    /// When that can't be found out.
    pub fn is_in_use(path: &Path) -> Result<bool, StateError> {
        let file = path.join(LOCK);
        match File::open(&file) {
            Ok(lock) => Ok(matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(StateError::Io { path: file, source }),
        }
    }

    /// A file or folder in it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.path
    }

    /// The keys that sign this installation's access tokens: generated once, so that a token survives
    /// a restart, and no two installations share one.
    ///
    /// # Errors
    /// When they can't be read or written.
    pub fn jwt_keys(&self) -> Result<String, StateError> {
        let file = self.join(KEYS);
        match fs::read_to_string(&file) {
            Ok(keys) if !keys.is_empty() => return Ok(keys),
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(StateError::at(&file)(error));
            }
            _ => {}
        }
        let keys = format!("local:{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
        write_private(&file, keys.as_bytes()).map_err(StateError::at(&file))?;
        Ok(keys)
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn make(path: &Path) -> Result<(), StateError> {
    let private = 0o700;
    fs::DirBuilder::new().recursive(true).mode(private).create(path).map_err(StateError::at(path))?;
    if is_root() {
        // Root's PostgreSQL runs as another account, which has to pass through to its own folder.
        let passable = fs::Permissions::from_mode(0o711);
        fs::set_permissions(path, passable).map_err(StateError::at(path))?;
    }
    Ok(())
}

fn check_marker(path: &Path) -> Result<(), StateError> {
    let marker = path.join(MARKER);
    match fs::read_to_string(&marker) {
        Ok(version) if version.trim() == VERSION => Ok(()),
        Ok(version) => {
            Err(StateError::OtherVersion { folder: path.to_path_buf(), found: version.trim().to_owned() })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut entries = fs::read_dir(path).map_err(StateError::at(path))?;
            if entries.next().is_some() {
                return Err(StateError::Foreign(path.to_path_buf()));
            }
            write_private(&marker, format!("{VERSION}\n").as_bytes()).map_err(StateError::at(&marker))
        }
        Err(source) => Err(StateError::Io { path: marker, source }),
    }
}

/// Written beside its place and moved there: a reader sees all of it or nothing. Nobody else may
/// read it.
pub(super) fn write_private(file: &Path, content: &[u8]) -> io::Result<()> {
    let unfinished = file.with_extension("unfinished");
    let mut opened =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    opened.write_all(content)?;
    opened.sync_all()?;
    fs::rename(unfinished, file)
}
