//! Takes comments, indentation and spare spaces out of the pages' scripts before they travel, since a slow tablet parses and fetches
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

/// A script without the spaces that only people need and without what stands behind `//` at the end of a line. Line ends stay unless nothing could end there; strings, templates and
/// patterns stay as they are, except for what a template computes.
pub(crate) fn without_spaces(script: &str) -> String {
    let letters: Vec<char> = script.chars().collect();
    let mut kept = String::with_capacity(script.len());
    // For every template that is open around this place: how many braces are open in what it computes.
    let mut braces: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let letter = letters[at];
        let end = match letter {
            '\'' | '"' => end_of_quoted(&letters, at + 1, letter),
            '`' => end_of_template(&letters, at + 1, &mut braces),
            '}' if braces.last() == Some(&0) => {
                braces.pop();
                end_of_template(&letters, at + 1, &mut braces)
            }
            '/' if letters.get(at + 1) == Some(&'/') => {
                kept.truncate(kept.trim_end_matches(' ').len());
                at = end_of_line(&letters, at);
                continue;
            }
            '/' if begins_pattern(&kept) => end_of_pattern(&letters, at + 1),
            _ => at + 1,
        };
        match (letter, braces.last_mut()) {
            ('{', Some(open)) => *open += 1,
            ('}', Some(open)) if end == at + 1 => *open -= 1,
            _ => {}
        }
        let next = letters.get(end).copied();
        let spare = match letter {
            ' ' => !keeps_apart(kept.chars().next_back(), next),
            '\n' => kept.ends_with(['{', ';', ',', '(', '[']) || kept.is_empty(),
            _ => false,
        };
        if !spare {
            kept.extend(&letters[at..end]);
        }
        at = end;
    }
    kept
}

/// Whether a space between two signs means something.
fn keeps_apart(before: Option<char>, after: Option<char>) -> bool {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    match (before, after) {
        (Some(before), Some(after)) => {
            is_word(before) && is_word(after)
                || before == after && "+-/".contains(before)
                || before == '/'
                || after == '/'
        }
        _ => false,
    }
}

/// Whether a `/` here begins a pattern, by what stands before it.
pub(crate) fn begins_pattern(before: &str) -> bool {
    let before = before.trim_end();
    before.is_empty()
        || before.ends_with(['(', ',', '=', ':', '[', '!', '&', '|', '?', '{', ';', '>'])
        || before.ends_with("return")
}

/// The place behind the quote that closes a string.
pub(crate) fn end_of_quoted(letters: &[char], from: usize, quote: char) -> usize {
    let mut at = from;
    while at < letters.len() && letters[at] != quote {
        at += if letters[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(letters.len())
}

/// The place behind a template's text: behind its closing quote, or behind the `${` where it computes something.
pub(crate) fn end_of_template(letters: &[char], from: usize, braces: &mut Vec<usize>) -> usize {
    let mut at = from;
    while at < letters.len() && letters[at] != '`' {
        if letters[at] == '$' && letters.get(at + 1) == Some(&'{') {
            braces.push(0);
            return at + 2;
        }
        at += if letters[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(letters.len())
}

/// The place behind the slash that closes a pattern.
pub(crate) fn end_of_pattern(letters: &[char], from: usize) -> usize {
    let mut at = from;
    let mut in_class = false;
    while at < letters.len() && (in_class || letters[at] != '/') {
        match letters[at] {
            '[' => in_class = true,
            ']' => in_class = false,
            '\\' => at += 1,
            _ => {}
        }
        at += 1;
    }
    (at + 1).min(letters.len())
}

fn end_of_line(letters: &[char], from: usize) -> usize {
    letters[from..].iter().position(|letter| *letter == '\n').map_or(letters.len(), |length| from + length)
}

#[cfg(test)]
mod tests {
    use super::{without_block_comments, without_comments, without_spaces};

    #[test]
    fn spaces_go_where_they_mean_nothing() {
        for (script, kept) in [
            ("const a = { b: 1, c };\nreturn a + +b - -c;", "const a={b:1,c};return a+ +b- -c;"),
            ("if (a) {\n  b();\n}\nelse c();", "if(a){b();}\nelse c();"),
            ("const f = async ({ a }) => a in b && typeof a;", "const f=async({a})=>a in b&&typeof a;"),
            ("a\n(b)", "a\n(b)"),
            ("a(); // why, with 'quotes\nb();", "a();b();"),
        ] {
            assert_eq!(without_spaces(script), kept);
        }
    }

    #[test]
    fn strings_templates_and_patterns_stay() {
        for script in [
            "f('a = b',\"it's  {\",'don\\'t  }');",
            "t(`a = ${b?`c  ${{d}}`:' } '} e`,`  }`);",
            "x.replace(/[&<>\"'/ ] = \\/ /g,' = ');",
            "f(/  `/.test(a));",
        ] {
            assert_eq!(without_spaces(script), script);
        }
    }

    #[test]
    fn a_division_is_no_pattern() {
        assert_eq!(
            without_spaces("const a = (b + 1) / 2; const c = d / e / 'f  g'.length;"),
            "const a=(b+1) / 2;const c=d / e / 'f  g'.length;"
        );
    }

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
