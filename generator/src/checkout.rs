//! The checkout that a service is written into: where it is, what it has already.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use super::{name::Name, topic::Topic};

/// A folder that is a checkout of this repository, or a project made from one.
#[derive(Debug)]
pub(super) struct Checkout {
    pub(super) root: PathBuf,
    /// The folder of the program that contains all services.
    pub(super) program: String,
    /// What the whole is called, in images and labels.
    pub(super) project: String,
}

impl Checkout {
    /// The one that `folder` is, or lies in.
    pub(super) fn around(folder: &Path) -> Result<Self> {
        let checkout = folder.ancestors().find_map(|folder| Self::at(folder).ok());
        checkout.with_context(|| {
            format!(
                "{} is in no checkout of Throughline: change into one, and run this again",
                folder.display()
            )
        })
    }

    /// The one that `root` is.
    pub(super) fn at(root: &Path) -> Result<Self> {
        let has_list = |name: &&str| root.join(name).join("src/service_list.rs").is_file();
        let program = ["throughline", "app"].into_iter().find(has_list);
        let compose = fs::read_to_string(root.join("docker-compose.yml")).unwrap_or_default();
        let project = compose.lines().find_map(|line| line.strip_prefix("name: "));
        match (program, project) {
            (Some(program), Some(project)) => {
                let root = std::path::absolute(root).context("the checkout's path can't be made absolute")?;
                Ok(Self { root, program: program.to_owned(), project: project.trim().to_owned() })
            }
            _ => bail!("{} is no checkout of Throughline", root.display()),
        }
    }

    /// Says what has this name already, if anything does.
    pub(super) fn ensure_free(&self, name: &Name) -> Result<()> {
        for folder in
            [format!("services/{name}"), format!("migrations/{name}"), format!("proto/{}", name.snake())]
        {
            ensure!(
                !self.root.join(&folder).exists(),
                "`{name}` is taken, there is {folder}: take another name"
            );
        }
        let crates = self.read("Cargo.lock")?;
        let is_crate = |name: &str| crates.contains(&format!("\nname = \"{name}\"\n"));
        ensure!(
            !is_crate(&name.to_string()) && !is_crate(&name.snake()),
            "`{name}` is taken, a crate that this workspace uses is called so: take another name"
        );
        let databases = self.read("deploy/postgres/databases.sql")?;
        ensure!(
            !databases.contains(&format!("DATABASE {} ", name.snake())),
            "`{name}` is taken, there is a database of that name: take another name"
        );
        ensure!(
            name.to_string() != self.project && !self.commands()?.contains(&name.to_string()),
            "`{name}` is taken, the program is called so or has a command of that name: take another name"
        );
        Ok(())
    }

    /// The template knows only the message that it writes itself.
    pub(super) fn ensure_new(&self, topic: &Topic) -> Result<()> {
        let contract = format!("proto/events/v1/{}.proto", topic.message().0);
        ensure!(
            !self.root.join(&contract).exists(),
            "`{topic}` is there already, with the message in {contract}: generate the service with a topic of its \
             own, and change that in its events.rs"
        );
        Ok(())
    }

    /// What the program of this checkout can do, services and all.
    fn commands(&self) -> Result<Vec<String>> {
        let cli = self.read(&format!("{}/src/cli.rs", self.program))?;
        let (_, commands) = cli.split_once("\nenum Command {\n").unwrap_or_default();
        let commands = commands.lines().take_while(|line| *line != "}");
        let variants = commands.filter_map(|line| line.trim().split(['(', ',']).next());
        let variants = variants.filter(|word| word.starts_with(|first: char| first.is_ascii_uppercase()));
        Ok(variants.map(kebab).chain(["help".to_owned()]).collect())
    }

    /// The next free ports, for calls and for readiness: images name them all.
    pub(super) fn next_ports(&self) -> Result<(u16, u16)> {
        let images = self.read("deploy/Dockerfile")?;
        let exposed = images.lines().filter_map(|line| line.strip_prefix("EXPOSE "));
        let ports: BTreeSet<u16> =
            exposed.flat_map(str::split_whitespace).filter_map(|port| port.parse().ok()).collect();
        let next = |first: u16| (first..first + 99).find(|port| !ports.contains(port));
        next(50_051).zip(next(9_101)).context("no port is left from 50051 and from 9101 on")
    }

    /// The next of Redis's logical databases that no service in compose has.
    pub(super) fn next_redis(&self) -> Result<u16> {
        let compose = self.read("docker-compose.yml")?;
        let taken = compose
            .split("redis://redis:6379/")
            .skip(1)
            .filter_map(|rest| rest.lines().next()?.trim().parse().ok());
        Ok(taken.max().map_or(0, |last: u16| last + 1))
    }

    pub(super) fn read(&self, file: &str) -> Result<String> {
        let path = self.root.join(file);
        fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))
    }

    /// Lets cargo add the new package, so that builds with --locked go on. It asks no network, and needs no package
    /// of other systems, as `cargo metadata` would.
    pub(super) fn update_lock_file(&self) -> Result<()> {
        let cargo = Command::new("cargo")
            .args(["update", "--workspace", "--offline", "--quiet"])
            .current_dir(&self.root)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .context(
                "cargo can't be started, and Cargo.lock has to be written: install Rust by https://rustup.rs",
            )?;
        let said = String::from_utf8_lossy(&cargo.stderr);
        ensure!(cargo.status.success(), "cargo can't write Cargo.lock: {}", said.trim());
        Ok(())
    }
}

/// As clap calls a variant.
fn kebab(variant: &str) -> String {
    let hyphen = |(at, letter): (usize, char)| {
        let before = (at > 0 && letter.is_ascii_uppercase()).then_some('-');
        before.into_iter().chain([letter.to_ascii_lowercase()])
    };
    variant.char_indices().flat_map(hyphen).collect()
}
