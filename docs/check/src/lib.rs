//! Holds every page against the code, so that no page can drift from it.
//!
//! Read in this order:
//!
//! 1. [`checkout`] knows which files there are, [`page`] reads a page's headings, links and fences, and
//!    [`fence`] says what each fence promises.
//! 2. What can be seen without running anything: [`links`], [`excerpt`], and, for a lesson, its form
//!    ([`lesson`]), what it lets the program write ([`generated`]), and the state of the files where it begins and
//!    ends ([`state`]). [`pages`] does all of it.
//! 3. What has to be run: [`terminal`] is one bash that runs a page's blocks, [`background`] what runs beside it,
//!    [`output`] compares what came with what the page says. [`run`] does it for one page.
//! 4. [`copy`] is where that happens, never in the checkout itself, and [`times`] when its files were written.
//!    [`walk`] takes it through the states of all lessons and runs of the pages and of the [`checks`] that belong to
//!    each what the [`plan`] wants.
//! 5. [`learner`] is the other side: `make lesson N`, `make lesson-check N`.
//!
//! Each says what is wrong as a [`problem`]; [`figures`] counts what was held, [`slow`] says how far it is.

pub mod checkout;
pub mod page;
pub mod fence;
pub mod links;
pub mod excerpt;
pub mod lesson;
pub mod generated;
pub mod state;
pub mod pages;
pub mod terminal;
pub mod background;
pub mod output;
pub mod run;
pub mod copy;
pub mod times;
pub mod plan;
pub mod walk;
pub mod checks;
pub mod git;
pub mod learner;
pub mod problem;
pub mod figures;
pub mod slow;
mod cli;

pub use cli::main;
