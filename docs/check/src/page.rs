//! A page as the checks see it: headings, links, fences, each with its line.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

#[derive(Debug)]
pub struct Page {
    /// From the checkout's root.
    pub path: String,
    pub text: String,
    pub headings: Vec<Heading>,
    pub links: Vec<Link>,
    pub fences: Vec<Fence>,
}

#[derive(Debug)]
pub struct Heading {
    pub level: usize,
    pub title: String,
    /// What a link to it says after `#`.
    pub anchor: String,
    pub line: usize,
}

#[derive(Debug)]
pub struct Link {
    pub target: String,
    pub line: usize,
}

/// A block between two lines of three backticks.
#[derive(Debug)]
pub struct Fence {
    /// What stands behind the opening backticks.
    pub info: String,
    pub body: String,
    /// Of the opening backticks.
    pub line: usize,
    /// The heading of level 2 that it stands below.
    pub section: String,
    /// Whether only blank lines are between it and the fence before.
    pub follows: bool,
}

impl Page {
    pub fn parse(path: &str, text: &str) -> Self {
        let mut page = Self {
            path: path.to_owned(),
            text: text.to_owned(),
            headings: Vec::new(),
            links: Vec::new(),
            fences: Vec::new(),
        };
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        let mut fence_end = None;
        let mut inside = Inside::Text;
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    inside = Inside::Heading;
                    page.heading(level, line(range.start));
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    inside = Inside::Fence;
                    let follows =
                        fence_end.is_some_and(|end: usize| text[end..range.start].trim().is_empty());
                    page.fence(&info, line(range.start), follows);
                    fence_end = Some(range.end);
                }
                Event::End(TagEnd::Heading(_)) => {
                    inside = Inside::Text;
                    page.finish_heading();
                }
                Event::End(TagEnd::CodeBlock) => inside = Inside::Text,
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(Link { target: dest_url.to_string(), line: line(range.start) });
                }
                Event::Text(words) | Event::Code(words) => page.words(&inside, &words),
                _ => {}
            }
        }
        page
    }

    fn heading(&mut self, level: HeadingLevel, line: usize) {
        let heading = Heading { level: level as usize, title: String::new(), anchor: String::new(), line };
        self.headings.push(heading);
    }

    /// The anchor is made as forges make it; of two that would be the same the second gets `-1`.
    fn finish_heading(&mut self) {
        let Some((heading, before)) = self.headings.split_last_mut() else { return };
        let plain = anchor(&heading.title);
        let same = |anchor: &str| before.iter().any(|other| other.anchor == anchor);
        let numbered = (1..).map(|number| format!("{plain}-{number}"));
        heading.anchor =
            std::iter::once(plain.clone()).chain(numbered).find(|anchor| !same(anchor)).unwrap_or(plain);
    }

    fn fence(&mut self, info: &str, line: usize, follows: bool) {
        let section = self.headings.iter().rfind(|heading| heading.level == 2);
        let section = section.map(|heading| heading.title.clone()).unwrap_or_default();
        let info = info.trim().to_owned();
        self.fences.push(Fence { info, body: String::new(), line, section, follows });
    }

    fn words(&mut self, inside: &Inside, words: &str) {
        match (inside, self.headings.last_mut(), self.fences.last_mut()) {
            (Inside::Heading, Some(heading), _) => heading.title.push_str(words),
            (Inside::Fence, _, Some(fence)) => fence.body.push_str(words),
            _ => {}
        }
    }

    pub fn has_anchor(&self, anchor: &str) -> bool {
        self.headings.iter().any(|heading| heading.anchor == anchor)
    }
}

enum Inside {
    Text,
    Heading,
    Fence,
}

fn anchor(title: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || [' ', '-', '_'].contains(c);
    title.to_lowercase().chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}
