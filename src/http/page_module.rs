//! Reads one module of the pages: what it imports, what it exports, and its body without either. The build script needs it
//! to put a page together. It knows the form our own modules have and refuses every other one, so that nothing is bundled
//! by guess.

use std::fmt;

use super::page_script;

/// What the bundler does not understand, and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) path: String,
    /// From 1; 0 where it is the file as a whole.
    pub(crate) line: usize,
    pub(crate) what: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "assets/{}:{}: {}", self.path, self.line, self.what)
    }
}

/// A module by its parts.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) imports: Vec<Import>,
    pub(crate) exports: Vec<String>,
    pub(crate) body: String,
    /// Modules it loads only when it needs them, each with its line; in the body they are [`LATE`].
    pub(crate) late: Vec<(usize, String)>,
    /// The line that names `import.meta`, which tells where the script was loaded from.
    pub(crate) asks_its_address: Option<usize>,
}

/// The script that holds what a page loads late, as its first script asks for it.
pub(crate) const LATE: &str = "./late.js";

/// One import: from where, and what.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) line: usize,
    /// Path of the other module below the assets folder.
    pub(crate) from: String,
    pub(crate) names: Names,
}

/// What an import takes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// The other module only has to run.
    None,
    /// Everything, under this name.
    All(String),
    /// Names there, each with its name here.
    Some(Vec<(String, String)>),
}

/// Reads the module at a path below the assets folder.
///
/// # Errors
///
/// Names the first line whose form is none of ours.
pub(crate) fn read(path: &str, script: &str) -> Result<Module, Refusal> {
    let mut module = Module {
        imports: Vec::new(),
        exports: Vec::new(),
        body: String::new(),
        late: Vec::new(),
        asks_its_address: None,
    };
    let refused = |line: usize, what: &str| Refusal { path: path.to_owned(), line, what: what.to_owned() };
    let text = page_script::without_block_comments(script);
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    while let Some((number, line)) = lines.next() {
        let code = line.trim();
        if code.starts_with("//") {
            continue;
        }
        if calls_import(line) {
            let (from, rest) = late_import(path, line).map_err(|what| refused(number, what))?;
            module.late.push((number, from));
            module.body.push_str(&rest);
            module.body.push('\n');
            continue;
        }
        if line.contains("import.meta") {
            module.asks_its_address.get_or_insert(number);
        }
        let is_import = begins_with_word(code, "import") && !code.starts_with("import.");
        if !is_import && !begins_with_word(code, "export") {
            module.body.push_str(line);
            module.body.push('\n');
            continue;
        }
        if code.len() != line.trim_end().len() {
            return Err(refused(number, "an import or export that is indented"));
        }
        if !is_import && !code.starts_with("export {") {
            let declaration = code.trim_start_matches("export").trim_start();
            let name = declared_name(declaration).map_err(|what| refused(number, what))?;
            module.exports.push(name.to_owned());
            module.body.push_str(declaration);
            module.body.push('\n');
            continue;
        }
        let mut statement = code.to_owned();
        while !statement.ends_with(';') {
            let (_, more) = lines.next().ok_or_else(|| refused(number, "no semicolon ends this"))?;
            statement = format!("{statement} {}", more.trim());
        }
        let statement = statement.trim_end_matches(';');
        if is_import {
            let (from, names) = import(path, statement).map_err(|what| refused(number, what))?;
            module.imports.push(Import { line: number, from, names });
        } else {
            module.exports.extend(export_list(statement).map_err(|what| refused(number, what))?);
        }
    }
    module.body = page_script::without_spaces(&page_script::without_comments(&module.body));
    Ok(module)
}

/// The name that the declaration behind `export` gives.
fn declared_name(declaration: &str) -> Result<&str, &'static str> {
    let kinds = ["const ", "function ", "async function ", "class "];
    let Some(rest) = kinds.iter().find_map(|kind| declaration.strip_prefix(kind)) else {
        return Err(match declaration.split([' ', '{']).next() {
            Some("let" | "var") => "exports a variable; importers would not see it change",
            Some("default") => "a default export",
            Some("*") => "exports what another module exports",
            _ => "an export of a form that is not understood",
        });
    };
    let name = &rest[..rest.find(|letter: char| !is_name(letter)).unwrap_or(rest.len())];
    let several = declaration.starts_with("const ") && !rest[name.len()..].trim_start().starts_with('=');
    if name.is_empty() || several { Err("an export of a form that is not understood") } else { Ok(name) }
}

/// `export { a, b }`.
fn export_list(statement: &str) -> Result<Vec<String>, &'static str> {
    let inside =
        statement.trim_start_matches("export").trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let Some(inside) = inside else { return Err("exports what another module exports") };
    let names = renamed_names(inside)?;
    if names.iter().any(|(there, here)| there != here) {
        return Err("exports under another name");
    }
    Ok(names.into_iter().map(|(name, _)| name).collect())
}

/// `import 'x'`, `import * as a from 'x'`, `import { a, b as c } from 'x'`.
fn import(path: &str, statement: &str) -> Result<(String, Names), &'static str> {
    let rest = statement.trim_start_matches("import").trim();
    let (names, from) = match rest.rsplit_once("from ") {
        Some((names, from)) => (names.trim(), from.trim()),
        None => ("", rest),
    };
    let quoted = from.strip_prefix('\'').and_then(|from| from.strip_suffix('\''));
    let quoted = quoted.or_else(|| from.strip_prefix('"').and_then(|from| from.strip_suffix('"')));
    let from = quoted.and_then(|from| beside(path, from)).ok_or("an import that is not of a relative path")?;
    if names.is_empty() {
        return Ok((from, Names::None));
    }
    if let Some(name) = names.strip_prefix("* as ") {
        return Ok((from, Names::All(name.trim().to_owned())));
    }
    let inside = names.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let inside = inside.ok_or("an import of a form that is not understood")?;
    Ok((from, Names::Some(renamed_names(inside)?)))
}

/// `a, b as c`: each name there with its name here.
fn renamed_names(list: &str) -> Result<Vec<(String, String)>, &'static str> {
    let mut names = Vec::new();
    for part in list.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (there, here) = part.split_once(" as ").map_or((part, part), |(there, here)| (there.trim(), here.trim()));
        if !there.chars().chain(here.chars()).all(is_name) {
            return Err("a name of a form that is not understood");
        }
        names.push((there.to_owned(), here.to_owned()));
    }
    Ok(names)
}

/// The path that a relative one means, seen from a file.
fn beside(path: &str, relative: &str) -> Option<String> {
    let mut folders: Vec<&str> = path.split('/').collect();
    folders.pop();
    if !relative.starts_with("./") && !relative.starts_with("../") {
        return None;
    }
    for part in relative.split('/') {
        match part {
            "." => {}
            ".." => drop(folders.pop()?),
            name => folders.push(name),
        }
    }
    Some(folders.join("/"))
}

fn begins_with_word(code: &str, word: &str) -> bool {
    code.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '{', '\'', '"', '*', '.']))
}

fn calls_import(line: &str) -> bool {
    line.match_indices("import(").any(|(at, _)| !line[..at].ends_with(|before| is_name(before) || before == '.'))
}

/// The module of the one `import('./…')` in a line, and the line as it asks for the page's late script instead.
fn late_import(path: &str, line: &str) -> Result<(String, String), &'static str> {
    let form = "a late import that is not import('./….js')";
    let (before, behind) = line.split_once("import('").ok_or(form)?;
    let (relative, rest) = behind.split_once("')").ok_or(form)?;
    let from = relative.strip_suffix(".js").and_then(|_| beside(path, relative)).ok_or(form)?;
    if calls_import(before) || calls_import(rest) {
        return Err(form);
    }
    Ok((from, format!("{before}import('{LATE}'){rest}")))
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'
}

#[cfg(test)]
mod tests {
    use super::{Names, read};

    fn refusal(script: &str) -> (usize, String) {
        let refusal = read("guest/main.js", script).expect_err(script);
        assert_eq!(refusal.path, "guest/main.js");
        (refusal.line, refusal.what)
    }

    #[test]
    fn imports_and_exports_are_told_apart_from_the_body() {
        let script = "// @ts-check\n/**\n * import { no } from './comment.js';\n */\nimport './side.js';\nimport * as all from '../lib/all.js';\n\
                      import {\n  one,\n  two as second,\n} from '../lib/some.js';\nexport const A = one;\nexport class B {\n  c() {}\n}\n\
                      export async function d() {}\nconst exported = 1;\nexport { exported };\n";
        let module = read("guest/main.js", script).expect("a module of ours");
        let froms: Vec<(usize, &str)> =
            module.imports.iter().map(|import| (import.line, import.from.as_str())).collect();
        assert_eq!(froms, [(5, "guest/side.js"), (6, "lib/all.js"), (7, "lib/some.js")]);
        assert_eq!(module.imports[0].names, Names::None);
        assert_eq!(module.imports[1].names, Names::All("all".to_owned()));
        let pair = |there: &str, here: &str| (there.to_owned(), here.to_owned());
        assert_eq!(module.imports[2].names, Names::Some(vec![pair("one", "one"), pair("two", "second")]));
        assert_eq!(module.exports, ["A", "B", "d", "exported"]);
        assert_eq!(module.body, "const A=one;class B{c(){}\n}\nasync function d(){}\nconst exported=1;");
    }

    #[test]
    fn other_forms_are_refused_with_their_line() {
        for (line, script) in [
            (2, "a();\nexport default a;\n"),
            (1, "export let a = 1;\n"),
            (1, "export var a = 1;\n"),
            (1, "export * from './a.js';\n"),
            (1, "export { a } from './a.js';\n"),
            (1, "export { a as b };\n"),
            (1, "export const { a } = b;\n"),
            (1, "export enum A {}\n"),
            (1, "import a from './a.js';\n"),
            (1, "import { a } from 'a';\n"),
            (1, "import { a } from '../../a.js';\n"),
            (1, "import { a } from './a.js'\n"),
            (3, "/**\n */\nif (a) b = await import(a);\n"),
            (1, "go(import('./a.js'), import('./b.js'));\n"),
            (2, "{\n  export const a = 1;\n}\n"),
        ] {
            assert_eq!(refusal(script).0, line, "{script}");
        }
    }

    #[test]
    fn a_late_import_asks_for_the_pages_late_script() {
        let module = read("guest/a.js", "const b = await import('./b.js');\n").expect("a module of ours");
        assert_eq!(module.late, [(1, "guest/b.js".to_owned())]);
        assert_eq!(module.body, "const b=await import('./late.js');");
    }

    #[test]
    fn what_only_looks_like_an_import_stays() {
        let script = "const important = reimport('x');\nconst from = here.import('y');\nconst url = import.meta.url;\nimport.meta.env;\n";
        let module = read("lib/a.js", script).expect("a module of ours");
        let kept = script.replace(";\n", ";").replace(" = ", "=");
        assert_eq!((module.imports.len(), module.body.as_str(), module.asks_its_address), (0, kept.as_str(), Some(3)));
    }
}
