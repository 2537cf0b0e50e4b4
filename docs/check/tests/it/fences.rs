use crate::repository::Repository;

fn problems(page: &str) -> Vec<String> {
    Repository::with(&[("README.md", page)]).check()
}

#[test]
fn code_of_ours_without_its_file_is_red() {
    for language in ["rust", "rust,ignore", "sql", "toml", "yaml", "yml"] {
        let expected = format!(
            "README.md:2: a `{language}` block names the file that it is from: write `{language} PATH`"
        );
        assert_eq!(problems(&format!("\n```{language}\nx\n```\n")), [expected]);
    }
    assert_eq!(problems("```promql\nx\n```\n\n```\nx\n```\n\n```json\n{}\n```\n"), Vec::<String>::new());
}

#[test]
fn commands_that_would_never_be_run_are_red() {
    for fence in ["bash", "console", "shell"] {
        let expected = format!(
            "README.md:1: a `{fence}` block would never be run: write `sh`, `sh background` or `sh skip: REASON`"
        );
        assert_eq!(problems(&format!("```{fence}\nls\n```\n")), [expected]);
    }
    for fence in ["sh skip", "sh skip: ", "sh ignore"] {
        let problem = problems(&format!("```{fence}\nls\n```\n")).remove(0);
        assert!(problem.contains("is no block that can be checked"), "{problem}");
    }
    assert_eq!(problems("```sh skip: it needs a cluster\nls\n```\n"), Vec::<String>::new());
}

#[test]
fn a_diff_outside_a_lesson_is_red() {
    let expected = ["README.md:1: a `diff` is the change of a lesson and stands nowhere else"];
    assert_eq!(problems("```diff\n-a\n+b\n```\n"), expected);
}
