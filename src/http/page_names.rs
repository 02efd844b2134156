//! Gives the names of a page's script short ones, since a third of what travels is names; the build script calls it. It knows
//! no scopes and needs none: a name is exchanged everywhere or nowhere, for one that stands nowhere else. It stays when it may
//! mean something outside of the script: a property, a key, a word of a text, a global of browsers.

use std::collections::{BTreeMap, BTreeSet};

use super::page_script;

/// What a browser has under a name of its own and our modules give to something of theirs too.
pub(crate) const GLOBALS: [&str; 24] = [
    "alert",
    "blur",
    "close",
    "confirm",
    "event",
    "fetch",
    "find",
    "focus",
    "history",
    "length",
    "location",
    "moveTo",
    "name",
    "open",
    "origin",
    "parent",
    "performance",
    "print",
    "prompt",
    "screen",
    "self",
    "status",
    "stop",
    "top",
];
/// Words of the language, also those that are words only in some places.
const WORDS: [&str; 46] = [
    "arguments",
    "as",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "constructor",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "from",
    "function",
    "get",
    "if",
    "import",
    "in",
    "instanceof",
    "let",
    "new",
    "null",
    "of",
    "return",
    "set",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
];
const LENGTH_MIN: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Name,
    Sign,
    Text,
    Gap,
}

#[derive(Debug)]
struct Token {
    kind: Kind,
    text: String,
}

/// How a name stands in the script, all places together.
#[derive(Debug, Default)]
struct Standing {
    count: usize,
    declared: bool,
    /// As property, key or method: something outside may know it.
    told: bool,
    /// As `{name}`: key and value at once.
    both: bool,
}

/// The script with short names; `exported` are the names by which its modules know each other.
pub(crate) fn shortened(script: &str, exported: &BTreeSet<&str>) -> String {
    let mut tokens = tokens(script);
    let standings = standings(&tokens);
    let texts = tokens.iter().filter(|token| token.kind == Kind::Text);
    let told: BTreeSet<&str> = texts.flat_map(|token| token.text.split(|letter| !is_name(letter))).collect();
    let mut chosen: Vec<(&str, usize)> = standings
        .iter()
        .filter(|(name, standing)| {
            let own = exported.contains(*name) || standing.declared && !standing.both;
            let known = standing.told || told.contains(*name) || GLOBALS.contains(name) || WORDS.contains(name);
            own && !known && name.len() >= LENGTH_MIN
        })
        .map(|(name, standing)| (*name, standing.count))
        .collect();
    chosen.sort_by_key(|(name, count)| (usize::MAX - count, *name));
    let free =
        short_names().filter(|short| !standings.contains_key(short.as_str()) && !WORDS.contains(&short.as_str()));
    let shorts: BTreeMap<String, String> = chosen.iter().map(|(name, _)| (*name).to_owned()).zip(free).collect();
    for token in tokens.iter_mut().filter(|token| token.kind == Kind::Name) {
        if let Some(short) = shorts.get(&token.text) {
            token.text.clone_from(short);
        }
    }
    tokens.into_iter().map(|token| token.text).collect()
}

fn standings(tokens: &[Token]) -> BTreeMap<&str, Standing> {
    let mut standings: BTreeMap<&str, Standing> = BTreeMap::new();
    let all: Vec<&Token> = tokens.iter().filter(|token| token.kind != Kind::Gap).collect();
    let text = |at: usize| all.get(at).map_or("", |token| token.text.as_str());
    let mut open: Vec<&str> = Vec::new();
    for (at, token) in all.iter().enumerate() {
        let (before, next) = (if at == 0 { "" } else { text(at - 1) }, text(at + 1));
        match (token.kind, token.text.as_str()) {
            (Kind::Sign, "{" | "(" | "[") => open.push(&token.text),
            (Kind::Sign, "}" | ")" | "]") => drop(open.pop()),
            (Kind::Text, part) => {
                if part.starts_with('}') {
                    open.pop();
                }
                if part.ends_with("${") {
                    open.push("${");
                }
            }
            (Kind::Name, name) => {
                let standing = standings.entry(name).or_default();
                standing.count += 1;
                standing.declared |= ["const", "let", "function", "class"].contains(&before);
                let spread = before == "." && at >= 2 && text(at - 2) == ".";
                let in_braces = open.last() == Some(&"{");
                let first = ["{", ","].contains(&before);
                standing.told |= before == "." && !spread || in_braces && first && next == ":";
                standing.told |= in_braces && next == "(" && before != "function" && is_followed_by_body(&all, at + 1);
                standing.both |= in_braces && first && ["}", ",", "="].contains(&next);
            }
            _ => {}
        }
    }
    standings
}

/// Whether the parentheses that open at a place are followed by braces: what stands before them is then a method.
fn is_followed_by_body(all: &[&Token], from: usize) -> bool {
    let mut depth = 0_usize;
    for (at, token) in all.iter().enumerate().skip(from).filter(|(_, token)| token.kind == Kind::Sign) {
        match token.text.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return all.get(at + 1).is_some_and(|next| next.text == "{");
        }
    }
    false
}

fn tokens(script: &str) -> Vec<Token> {
    let letters: Vec<char> = script.chars().collect();
    let mut tokens: Vec<Token> = Vec::new();
    let mut braces: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let letter = letters[at];
        let run = |fits: fn(char) -> bool| at + letters[at..].iter().take_while(|letter| fits(**letter)).count();
        let before =
            || tokens.iter().rev().find(|token| token.kind != Kind::Gap).map_or("", |token| token.text.as_str());
        let (kind, end) = match letter {
            '\'' | '"' => (Kind::Text, page_script::end_of_quoted(&letters, at + 1, letter)),
            '`' => (Kind::Text, page_script::end_of_template(&letters, at + 1, &mut braces)),
            '}' if braces.last() == Some(&0) => {
                braces.pop();
                (Kind::Text, page_script::end_of_template(&letters, at + 1, &mut braces))
            }
            '/' if page_script::begins_pattern(before()) => {
                let end = page_script::end_of_pattern(&letters, at + 1);
                (Kind::Text, end + letters[end..].iter().take_while(|letter| letter.is_ascii_alphabetic()).count())
            }
            digit if digit.is_ascii_digit() => (Kind::Text, run(is_name)),
            name if is_name(name) => (Kind::Name, run(is_name)),
            gap if gap.is_whitespace() => (Kind::Gap, run(char::is_whitespace)),
            _ => (Kind::Sign, at + 1),
        };
        if kind == Kind::Sign
            && let Some(open) = braces.last_mut()
        {
            match letter {
                '{' => *open += 1,
                '}' => *open -= 1,
                _ => {}
            }
        }
        tokens.push(Token { kind, text: letters[at..end].iter().collect() });
        at = end;
    }
    tokens
}

/// a, b, … aa, ab, …
fn short_names() -> impl Iterator<Item = String> {
    const FIRST: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    let one = FIRST.chars().map(String::from);
    one.chain(FIRST.chars().flat_map(|first| FIRST.chars().map(move |second| [first, second].iter().collect())))
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$'
}

#[cfg(test)]
mod tests {
    use super::shortened;

    fn short(script: &str) -> String {
        shortened(script, &["paint", "retry"].into_iter().collect())
    }

    #[test]
    fn names_of_our_own_are_exchanged_wherever_they_stand() {
        assert_eq!(
            short(
                "const{paint}=(()=>{const width=2;function paint(width){return[...width,`${width+1}px`];}return{paint}})();paint(width);"
            ),
            "const{b}=(()=>{const a=2;function b(a){return[...a,`${a+1}px`];}return{b}})();b(a);"
        );
    }

    #[test]
    fn names_stay_that_something_else_may_know() {
        for script in [
            "const width=1;f(box.width);",
            "const width=1;f(box?.width);",
            "const width=1;f({width});",
            "const width=1;f({width:2});",
            "const width=1;f(class{width(){}});",
            "const width=1;f({get width(){return 1}});",
            "const width=1;f('width');",
            "const width=1;f(`the width`);",
            "const width=1;f(/width/g);",
            "const status=1;f(status);",
            "function retry(){}f({retry},'retry');",
            "f(width);",
        ] {
            assert_eq!(short(script), script);
        }
    }

    #[test]
    fn a_short_name_is_one_that_stands_nowhere() {
        assert_eq!(
            short("const a=1,b={c:2};const width=a;f(/[/]d/g,width);"),
            "const a=1,b={c:2};const d=a;f(/[/]d/g,d);"
        );
        assert_eq!(
            short("const height=0xab;for(const width of x)if(width)f(height);"),
            "const a=0xab;for(const b of x)if(b)f(a);"
        );
    }
}
