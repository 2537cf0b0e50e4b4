//! A lesson is a page of a fixed form, with a change in it that is a patch.

use crate::{
    fence::{self, Promise},
    generated::{self, Generated},
    page::{Fence, Page},
    problem::Problem,
};

const FOLDER: &str = "docs/learning-path/";
const SECTIONS: [&str; 6] = ["Goal", "Run", "Look", "Change", "Check", "Go deeper"];
const MAX_LINES: usize = 120;

/// Whose code a lesson changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// This application.
    Main,
    /// The small system without telemetry in `docs/learning-path/twin`.
    Twin,
}

#[derive(Debug)]
pub struct Lesson {
    pub number: u32,
    pub title: String,
    pub base: Base,
    /// The lessons whose changes it begins with, in this order.
    pub after: Vec<u32>,
    /// What its Run lets the program write before the change, with the line.
    pub generated: Option<(usize, Generated)>,
    /// Index into the pages.
    pub page: usize,
    /// Each with its line; together they are the lesson's change.
    pub patches: Vec<(usize, String)>,
}

/// All lessons, in the order of their numbers, and what is wrong with their form.
pub fn all(pages: &[Page]) -> (Vec<Lesson>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut lessons = Vec::new();
    for (index, page) in pages.iter().enumerate() {
        let Some(number) = number(&page.path) else { continue };
        let (lesson, wrong) = parse(index, page, number);
        problems.extend(wrong.into_iter().map(|(line, what)| Problem::new(&page.path, line, what)));
        lessons.push(lesson);
    }
    lessons.sort_by_key(|lesson| lesson.number);
    problems.extend(not_on_the_map(pages, &lessons));
    for lesson in &lessons {
        for wanted in &lesson.after {
            let before = lessons.iter().any(|other| other.number == *wanted && wanted < &lesson.number);
            if !before {
                let page = &pages[lesson.page].path;
                problems.push(Problem::new(page, 4, format!("there is no lesson {wanted} to begin after")));
            }
        }
    }
    (lessons, problems)
}

/// The lessons that the index of the path does not lead to.
fn not_on_the_map(pages: &[Page], lessons: &[Lesson]) -> Vec<Problem> {
    let path = format!("{FOLDER}README.md");
    let Some(map) = pages.iter().find(|page| page.path == path) else { return Vec::new() };
    let missing = lessons.iter().filter(|lesson| {
        let page = pages[lesson.page].path.trim_start_matches(FOLDER);
        !map.links.iter().any(|link| link.target == page)
    });
    missing
        .map(|lesson| Problem::new(&path, 1, format!("lesson {} is not on the map", lesson.number)))
        .collect()
}

/// Whether a page is a lesson, by its path: `docs/learning-path/NN-name/README.md`.
fn number(path: &str) -> Option<u32> {
    let folder = path.strip_prefix(FOLDER)?.strip_suffix("/README.md")?;
    let (number, name) = folder.split_once('-')?;
    (number.len() == 2 && !name.contains('/')).then(|| number.parse().ok())?
}

type Wrong = Vec<(usize, String)>;

fn parse(index: usize, page: &Page, number: u32) -> (Lesson, Wrong) {
    let mut wrong = form(page, number);
    let (base, after) = start(page).unwrap_or_else(|what| {
        wrong.push((4, what));
        (Base::Main, Vec::new())
    });
    let title = page.headings.first().map(|heading| heading.title.clone()).unwrap_or_default();
    let title = title.split_once(". ").map_or(title.clone(), |(_, title)| title.to_owned());
    let patches: Vec<(usize, String)> = page
        .fences
        .iter()
        .filter(|fence| is_patch(fence))
        .map(|fence| (fence.line, fence.body.clone()))
        .collect();
    if patches.is_empty() {
        let change = page.headings.iter().find(|heading| heading.title == "Change");
        let line = change.map_or(1, |heading| heading.line);
        wrong.push((line, "a lesson's change is a `diff` block in this section, there is none".to_owned()));
    }
    let generated = generated::in_run(page).unwrap_or_else(|(line, what)| {
        wrong.push((line, what));
        None
    });
    (Lesson { number, title, base, after, generated, page: index, patches }, wrong)
}

/// The change of a lesson, if `fence` is in one.
pub fn is_patch(fence: &Fence) -> bool {
    fence.section == "Change" && fence::promise(fence) == Ok(Promise::Patch)
}

fn form(page: &Page, number: u32) -> Wrong {
    let mut wrong = Vec::new();
    let lines: Vec<&str> = page.text.lines().collect();
    // The patch is folded away, and as long as it has to be.
    let patches =
        page.fences.iter().filter(|fence| is_patch(fence)).map(|fence| fence.body.lines().count() + 2);
    let read = lines.len() - patches.sum::<usize>();
    if read > MAX_LINES {
        wrong.push((1, format!("a lesson has at most {MAX_LINES} lines besides its patch, this one {read}")));
    }
    if !lines.first().is_some_and(|line| line.starts_with(&format!("# {number}. "))) {
        wrong.push((1, format!("the first line of this lesson is `# {number}. TITLE`")));
    }
    let track = match number {
        ..=10 => "Beginner",
        11..=18 => "Intermediate",
        _ => "Advanced",
    };
    let parts = ["**Track** ", track, " · **Time** ", " · **Needs** ", " · **Know before** "];
    if !lines.get(2).is_some_and(|line| parts.iter().all(|part| line.contains(part))) {
        wrong.push((
            3,
            format!("the third line says `**Track** {track} · **Time** … · **Needs** … · **Know before** …`"),
        ));
    }
    let sections = page.headings.iter().filter(|heading| heading.level == 2);
    let found: Vec<&str> = sections.clone().map(|heading| heading.title.as_str()).collect();
    if found != SECTIONS {
        let odd = sections.zip(SECTIONS).find(|(heading, wanted)| heading.title != *wanted);
        let line = odd.map_or(1, |(heading, _)| heading.line);
        wrong.push((line, format!("the sections of a lesson are {SECTIONS:?}, these are {found:?}")));
    }
    let check = page.fences.iter().any(|fence| {
        fence.section == "Check" && fence.body.contains(&format!("make lesson-check {number}\n"))
    });
    if !check {
        wrong.push((1, format!("the section Check lacks a block with `make lesson-check {number}`")));
    }
    wrong
}

/// Of which files, and after which lessons: `main`, or `twin` after 3 and 4.
fn start(page: &Page) -> Result<(Base, Vec<u32>), String> {
    let form = "the fourth line says **Start** `main` or **Start** `twin`, and may go on ` after 3, 4`";
    let line = page.text.lines().nth(3).unwrap_or_default().trim();
    let rest = line.strip_prefix("**Start** `").ok_or(form)?;
    let (base, rest) = rest.split_once('`').ok_or(form)?;
    let base = match base {
        "main" => Base::Main,
        "twin" => Base::Twin,
        _ => return Err(form.to_owned()),
    };
    if rest.is_empty() {
        return Ok((base, Vec::new()));
    }
    let after = rest.strip_prefix(" after ").ok_or(form)?.split(", ").map(str::parse);
    Ok((base, after.collect::<Result<_, _>>().map_err(|_| form)?))
}
