//! Takes comments and indentation out of the pages' scripts before they travel, since a slow tablet parses and fetches
//! every byte; the build script calls it. It knows only what our own scripts look like and changes nothing that runs: see [`without_comments`].

/// A script without its block comments, its lines that are only a comment, its indentation and its empty lines.
///
/// It is no parser: it takes `/**` wherever it stands, and `/*` or `//` at the start of a line, for the start of a comment.
/// A test of the pages holds that no string, template or pattern of ours has these there.
pub(crate) fn without_comments(script: &str) -> String {
    let kept = without_block_comments(script);
    let mut lines = String::with_capacity(script.len());
    for line in kept.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")) {
        lines.push_str(line);
        lines.push('\n');
    }
    lines
}

/// A script without its block comments; every line stays on its number.
pub(crate) fn without_block_comments(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(start) = rest.find("/**") {
        let Some(length) = rest[start..].find("*/") else { break };
        let (comment, after) = rest[start..].split_at(length + 2);
        kept.push_str(&rest[..start]);
        kept.extend(comment.chars().filter(|letter| *letter == '\n'));
        rest = after;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::{without_block_comments, without_comments};

    #[test]
    fn comments_and_indentation_go_and_code_stays() {
        let script = "// @ts-check\n// What it is.\n\n/**\n * @param {string} a\n * @returns {number}\n */\nexport function f(a) {\n  const url = 'http://x'; // why\n  return /** @type {any} */ (a).b;\n}\n";
        assert_eq!(
            without_comments(script),
            "export function f(a) {\nconst url = 'http://x'; // why\nreturn  (a).b;\n}\n"
        );
        assert_eq!(without_block_comments(script).lines().count(), script.lines().count());
    }

    #[test]
    fn an_open_comment_is_left_alone() {
        assert_eq!(without_comments("a();\n/** never closed\nb();"), "a();\n/** never closed\nb();\n");
    }
}
