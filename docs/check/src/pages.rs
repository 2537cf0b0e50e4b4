//! Everything that can be seen without running anything.

use crate::{
    checkout::Checkout,
    excerpt::{self, Missing},
    fence::{self, Promise},
    figures::Figures,
    lesson::{self, Base, Lesson},
    links,
    page::{Fence, Page},
    problem::Problem,
    state::State,
};

/// Checks all pages; counts what it saw.
pub fn check(checkout: &Checkout, pages: &[Page], figures: &mut Figures) -> Vec<Problem> {
    let (lessons, mut problems) = lesson::all(pages);
    figures.pages += pages.len();
    figures.lessons += lessons.len();
    for (index, page) in pages.iter().enumerate() {
        figures.links += page.links.len();
        problems.extend(links::check(checkout, pages, page));
        let lesson = lessons.iter().find(|lesson| lesson.page == index);
        match states(checkout, pages, &lessons, lesson) {
            Ok(states) => problems.extend(fences(page, lesson.is_some(), &states, figures)),
            Err(problem) => problems.push(problem),
        }
        figures.patches += lesson.map_or(0, |lesson| lesson.patches.len());
    }
    if problems.is_empty() {
        // They are compiled at once, so two lessons never want the same lines.
        let main: Vec<&Lesson> = lessons.iter().filter(|lesson| lesson.base == Base::Main).collect();
        problems.extend(State::with(checkout, pages, &main).err());
    }
    problems.sort_by(|one, other| (&one.page, one.line).cmp(&(&other.page, other.line)));
    problems
}

/// Where the excerpts of a page may stand: a lesson shows the files as they are at its start, or after its
/// change.
fn states<'a>(
    checkout: &'a Checkout,
    pages: &[Page],
    lessons: &[Lesson],
    lesson: Option<&Lesson>,
) -> Result<Vec<State<'a>>, Problem> {
    let Some(lesson) = lesson else { return Ok(vec![State::of(checkout)]) };
    let mut applied = before(lessons, lesson);
    let start = State::with(checkout, pages, &applied)?;
    applied.push(lesson);
    Ok(vec![start, State::with(checkout, pages, &applied)?])
}

/// The lessons that `lesson` begins after.
pub fn before<'a>(lessons: &'a [Lesson], lesson: &Lesson) -> Vec<&'a Lesson> {
    let find = |number: &u32| lessons.iter().find(|other| other.number == *number);
    lesson.after.iter().filter_map(find).collect()
}

fn fences(page: &Page, in_lesson: bool, states: &[State<'_>], figures: &mut Figures) -> Vec<Problem> {
    let mut problems = Vec::new();
    for fence in &page.fences {
        let wrong = match fence::promise(fence) {
            Err(what) => Some((fence.line, what)),
            Ok(Promise::Patch) if !(in_lesson && lesson::is_patch(fence)) => {
                Some((fence.line, "a `diff` is the change of a lesson and stands nowhere else".to_owned()))
            }
            Ok(Promise::Excerpt { path }) => {
                figures.excerpts += 1;
                excerpt(fence, path, states)
            }
            Ok(_) => None,
        };
        problems.extend(wrong.map(|(line, what)| Problem::new(&page.path, line, what)));
    }
    problems
}

fn excerpt(fence: &Fence, path: &str, states: &[State<'_>]) -> Option<(usize, String)> {
    let mut missing = None;
    for text in states.iter().filter_map(|state| state.read(path)) {
        match excerpt::find(&fence.body, &text) {
            Ok(()) => return None,
            Err(Missing(line)) => missing = missing.max(Some(line)),
        }
    }
    let Some(missing) = missing else {
        return Some((fence.line, format!("there is no {path} to be an excerpt of")));
    };
    let line = fence.body.lines().nth(missing).unwrap_or_default().trim();
    Some((fence.line + 1 + missing, format!("this line does not stand here in {path}: {line}")))
}
