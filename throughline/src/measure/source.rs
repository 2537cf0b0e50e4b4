//! How long files and functions of the checkout are.

use std::{
    fs,
    path::{Path, PathBuf},
};

use syn::{spanned::Spanned, visit::Visit};

/// The folders whose code is counted; tests are not.
const CRATES: [&str; 8] =
    ["chassis", "docs/check", "generator", "local-servers", "proto", "services", "telemetry", "throughline"];

/// Lengths in lines.
pub struct Sizes {
    /// Relative to the checkout.
    pub largest_file: Option<(PathBuf, usize)>,
    /// Nine of ten functions are at most this long, from the opening brace to the closing one.
    pub function_p90: usize,
}

impl Sizes {
    /// `None` when `root` holds no code of ours.
    pub fn of(root: &Path) -> Option<Self> {
        let mut files = Vec::new();
        for name in CRATES {
            collect(&root.join(name), &mut files);
        }
        let mut functions = Functions(Vec::new());
        let mut largest_file = None;
        for path in files {
            let text = fs::read_to_string(&path).ok()?;
            let lines = text.lines().count();
            if largest_file.as_ref().is_none_or(|(_, largest)| lines > *largest) {
                largest_file = Some((path.strip_prefix(root).unwrap_or(&path).to_owned(), lines));
            }
            functions.visit_file(&syn::parse_file(&text).ok()?);
        }
        functions.0.sort_unstable();
        let function_p90 = functions.0.get(functions.0.len() * 9 / 10).copied()?;
        Some(Self { largest_file, function_p90 })
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() && path.file_name().is_some_and(|name| name != "tests") {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

struct Functions(Vec<usize>);

impl Functions {
    fn count(&mut self, block: &syn::Block) {
        self.0.push(block.span().end().line - block.span().start().line + 1);
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.count(&function.block);
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.count(&function.block);
        syn::visit::visit_impl_item_fn(self, function);
    }
}
