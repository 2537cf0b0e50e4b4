//! Takes a copy of the checkout through the states of all lessons, and does in each what belongs there.
//!
//! The order is one in which little is built twice: first the checkout as it is (all pages, the first halves of
//! the lessons, their checks red), then with all changes to the application at once (second halves, checks
//! green), then the twin, lesson by lesson. A copy of its own for the changed state keeps, from one run to the next,
//! what was built for either.

use std::collections::HashMap;

use anyhow::Result;

use crate::{
    checkout::Checkout,
    checks::{self, Check, Found},
    copy::Copy,
    figures::Figures,
    lesson::{Base, Lesson},
    page::Page,
    pages,
    plan::{Part, Plan},
    problem::Problem,
    run::{self, Session, Step},
    state::State,
};

#[derive(Debug)]
pub struct Walk<'a> {
    pub checkout: &'a Checkout,
    pub pages: &'a [Page],
    pub lessons: &'a [Lesson],
    pub plan: Plan,
    pub copy: Copy,
    /// Where the second halves run, if that is another place.
    pub changed: Option<Copy>,
    pub figures: &'a mut Figures,
    pub problems: Vec<Problem>,
    /// Of the lessons whose first half has run, by the path of their page.
    pub sessions: HashMap<String, Session>,
    pub found: Found,
}

impl<'a> Walk<'a> {
    /// # Errors
    /// When the copy can't be written or a program can't be started; what is wrong with the pages is in
    /// `problems`.
    pub fn all(&mut self) -> Result<()> {
        if self.plan.has(Part::Readmes) || self.plan.has(Part::Lessons) {
            self.application()?;
        }
        if self.plan.has(Part::Twin) { self.twin() } else { Ok(()) }
    }

    fn of(&self, base: Base) -> impl DoubleEndedIterator<Item = &'a Lesson> + use<'a> {
        self.lessons.iter().filter(move |lesson| lesson.base == base)
    }

    fn application(&mut self) -> Result<()> {
        let lessons = self.lessons;
        let main: Vec<&Lesson> = self.of(Base::Main).collect();
        for (index, page) in self.pages.iter().enumerate() {
            if !lessons.iter().any(|lesson| lesson.page == index) {
                self.commands(Part::Readmes, page, |_| true)?;
            }
        }
        for lesson in main.iter().filter(|lesson| lesson.after.is_empty()) {
            let before = self.copy.times(self.checkout)?;
            self.commands(Part::Lessons, &self.pages[lesson.page], |step| !step.changed)?;
            if lesson.generated.is_some() {
                self.copy.undo(self.checkout, &before)?;
            }
        }
        self.checks(Part::Readmes, &[], &main, false)?;
        for lesson in main.iter().filter(|lesson| !lesson.after.is_empty()) {
            if self.bring_to(&pages::before(lessons, lesson))? {
                self.commands(Part::Lessons, &self.pages[lesson.page], |step| !step.changed)?;
            }
        }
        if let Some(changed) = self.changed.take() {
            self.copy = changed;
        }
        if self.bring_to(&main)? {
            self.checks(Part::Readmes, &main, &main, true)?;
            for lesson in &main {
                self.commands(Part::Lessons, &self.pages[lesson.page], |step| step.changed)?;
            }
        }
        Ok(())
    }

    fn twin(&mut self) -> Result<()> {
        self.of(Base::Twin).try_for_each(|lesson| self.lesson_of_the_twin(lesson))?;
        self.of(Base::Twin).next_back().map_or(Ok(()), |lesson| self.whole_twin(lesson))
    }

    /// After the last lesson the twin is an instrumented system: its own tests hold it, the trace contract too, and
    /// of no lesson it has lost what it had.
    fn whole_twin(&mut self, last: &Lesson) -> Result<()> {
        let mut all = pages::before(self.lessons, last);
        all.push(last);
        if self.plan.checks && self.bring_to(&all)? {
            let checks =
                self.found.after(&all, last.base, &self.copy).and_then(|found| checks::all_green(&found));
            if let Err(error) = checks.and_then(|()| checks::tests_of_the_twin(&self.copy)) {
                let what = format!("after this lesson a test of the twin is red\n{error:#}");
                self.problems.push(self.at_check(last, what));
            }
        }
        Ok(())
    }

    fn at_check(&self, lesson: &Lesson, what: String) -> Problem {
        let page = &self.pages[lesson.page];
        let check = page.headings.iter().find(|heading| heading.title == "Check");
        Problem::new(&page.path, check.map_or(1, |heading| heading.line), what)
    }

    fn lesson_of_the_twin(&mut self, lesson: &Lesson) -> Result<()> {
        let page = &self.pages[lesson.page];
        let mut applied = pages::before(self.lessons, lesson);
        if self.bring_to(&applied)? {
            self.commands(Part::Twin, page, |step| !step.changed)?;
            self.checks(Part::Twin, &applied, &[lesson], false)?;
        }
        applied.push(lesson);
        if self.bring_to(&applied)? {
            self.checks(Part::Twin, &applied, &[lesson], true)?;
            self.commands(Part::Twin, page, |step| step.changed)?;
        }
        Ok(())
    }

    /// Whether the patches apply; that they do not is said by the check of the pages, here only once more.
    fn bring_to(&mut self, lessons: &[&Lesson]) -> Result<bool> {
        match State::with(self.checkout, self.pages, lessons) {
            Ok(state) => self.copy.bring_to(self.checkout, &state).map(|()| true),
            Err(problem) => {
                if !self.problems.contains(&problem) {
                    self.problems.push(problem);
                }
                Ok(false)
            }
        }
    }

    fn commands(&mut self, part: Part, page: &Page, belongs: impl Fn(&Step<'_>) -> bool) -> Result<()> {
        let wanted = self.plan.only.is_empty() || self.plan.only.contains(&page.path);
        if !self.plan.commands || !self.plan.has(part) || !wanted {
            return Ok(());
        }
        let steps: Vec<Step<'_>> = run::steps(page).into_iter().filter(belongs).collect();
        // What follows builds on what has failed.
        if self.problems.iter().any(|problem| problem.page == page.path) {
            return Ok(());
        }
        let session = match self.sessions.remove(&page.path) {
            Some(session) => session,
            None => Session::begin()?,
        };
        self.problems.extend(run::run(page, &steps, &self.copy, &session, self.figures)?);
        self.sessions.insert(page.path.clone(), session);
        Ok(())
    }

    /// Before a lesson's change at least one of its checks is red, by its own sentence; afterwards none is.
    fn checks(&mut self, part: Part, done: &[&Lesson], lessons: &[&Lesson], changed: bool) -> Result<()> {
        let Some(first) = lessons.first() else { return Ok(()) };
        if !self.plan.checks || !self.plan.has(part) {
            return Ok(());
        }
        let found = match self.found.after(done, first.base, &self.copy) {
            Ok(found) => found,
            Err(error) => {
                let page = &self.pages[first.page];
                let when = if changed { "with the changes" } else { "before the change" };
                self.problems.push(Problem::new(&page.path, 1, format!("{when}: {error:#}")));
                return Ok(());
            }
        };
        for lesson in lessons {
            let own: Vec<&Check> = found.iter().filter(|check| check.lesson == lesson.number).collect();
            match checks::verdict(lesson, &own, changed) {
                Some(what) => self.problems.push(self.at_check(lesson, what)),
                None if changed => self.figures.green += own.len(),
                None => self.figures.red += own.iter().filter(|check| !check.green).count(),
            }
        }
        Ok(())
    }
}
