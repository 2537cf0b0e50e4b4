//! A small repository of a test's own.

use std::{collections::HashMap, fs, path::Path};

use docs_check::{
    checkout::Checkout, checks::Found, copy::Copy, figures::Figures, git::git, lesson, page::Page, pages,
    plan::Plan, problem::Problem, run, state::State, walk::Walk,
};
use tempfile::TempDir;

pub struct Repository {
    folder: TempDir,
    target: TempDir,
}

impl Repository {
    /// With these files, all committed.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let repository = Self { folder: tempfile::tempdir().unwrap(), target: tempfile::tempdir().unwrap() };
        git(repository.root(), &["init", "--quiet", "--initial-branch=main"]).unwrap();
        for (path, text) in files {
            repository.write(path, text);
        }
        repository.commit();
        repository
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn target(&self) -> &Path {
        self.target.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn commit(&self) {
        git(self.root(), &["add", "--all"]).unwrap();
        docs_check::git::commit(self.root(), "Change").unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }

    pub fn pages(&self) -> (Checkout, Vec<Page>) {
        let checkout = Checkout::open(self.root()).unwrap();
        let pages = checkout.pages().unwrap();
        (checkout, pages)
    }

    /// `docs-check pages`.
    pub fn check(&self) -> Vec<String> {
        let (checkout, pages) = self.pages();
        texts(pages::check(&checkout, &pages, &mut Figures::default()))
    }

    /// `docs-check run` of the page, with the changes of the lessons `applied`.
    pub fn run(&self, page: &str, applied: &[u32], changed: bool) -> (Option<String>, Figures) {
        let (checkout, pages) = self.pages();
        let (lessons, _) = lesson::all(&pages);
        let applied: Vec<_> = lessons.iter().filter(|lesson| applied.contains(&lesson.number)).collect();
        let mut copy = Copy::make(&checkout, self.target.path()).unwrap();
        copy.bring_to(&checkout, &State::with(&checkout, &pages, &applied).unwrap()).unwrap();
        let page = pages.iter().find(|other| other.path == page).unwrap();
        let steps: Vec<_> = run::steps(page).into_iter().filter(|step| step.changed == changed).collect();
        let mut figures = Figures::default();
        let session = run::Session::begin().unwrap();
        let problem = run::run(page, &steps, &copy, &session, &mut figures).unwrap();
        (problem.map(|problem| problem.to_string()), figures)
    }

    /// What `docs-check` does behind the check of the pages.
    pub fn walk(&self, plan: Plan) -> (Vec<String>, Figures) {
        let (checkout, pages) = self.pages();
        let (lessons, _) = lesson::all(&pages);
        let copy = Copy::make(&checkout, self.target.path()).unwrap();
        let changed = plan.part.map(|_| Copy::second(&checkout, self.target.path()).unwrap());
        let mut figures = Figures::default();
        let mut walk = Walk {
            checkout: &checkout,
            pages: &pages,
            lessons: &lessons,
            plan,
            copy,
            changed,
            figures: &mut figures,
            problems: Vec::new(),
            sessions: HashMap::new(),
            found: Found::default(),
        };
        walk.all().unwrap();
        (texts(walk.problems), figures)
    }
}

pub fn texts(problems: Vec<Problem>) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}
