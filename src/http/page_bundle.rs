//! Puts what a page loads together: its modules into one script, its style sheets into one, and its HTML with one link and
//! one script in their place. The build script calls it; sources stay plain modules and sheets. Every module keeps a scope
//! of its own; the names it exports are everybody's, where they mean one thing. What is not understood is refused, see [`super::page_module`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::page_module::{self, Import, Module, Names, Refusal};
use super::page_names;

/// The files below the assets folder by their paths.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Name of a page's script.
const FIRST: &str = "bundle.js";
/// Stands between a page's two scripts while they are given names together.
const BETWEEN: &str = ";'/late/';";
const SHEET: (&str, &str) = ("<link rel=\"stylesheet\" href=\"__ASSETS__", "\">");
const SCRIPT: (&str, &str) = ("<script type=\"module\" src=\"__ASSETS__", "\"></script>");

/// A page put together: paths below the assets folder and what stands there.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) html: String,
    pub(crate) script: (String, String),
    /// What it loads only when it needs it.
    pub(crate) late: Option<(String, String)>,
    pub(crate) sheet: (String, String),
}

/// Puts the page together whose HTML is at a path such as `guest/index.html`; script and sheet come beside it, and the HTML
/// names them in the places of its first sheet and of its script.
///
/// # Errors
///
/// Names file and line of what is missing or not understood.
pub(crate) fn page(path: &str, files: &Files) -> Result<Page, Refusal> {
    let html = text(path, files)?;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let script_path = format!("{folder}/{FIRST}");
    let sheet_path = format!("{folder}/bundle.css");
    let mut kept = String::with_capacity(html.len());
    let mut sheets = Vec::new();
    let mut entry = None;
    for (index, line) in html.lines().enumerate() {
        let refused = |what: &str| Refusal { path: path.to_owned(), line: index + 1, what: what.to_owned() };
        let tag = line.trim();
        if let Some(sheet) = between(tag, SHEET) {
            if sheets.is_empty() {
                writeln!(kept, "{}{sheet_path}{}", SHEET.0, SHEET.1).expect("writing to memory");
            }
            sheets.push(sheet.to_owned());
        } else if let Some(script) = between(tag, SCRIPT) {
            if entry.replace(script.to_owned()).is_some() {
                return Err(refused("a second module script"));
            }
            writeln!(kept, "{}{script_path}{}", SCRIPT.0, SCRIPT.1).expect("writing to memory");
        } else if tag.contains("stylesheet") || tag.contains("type=\"module\"") || tag.contains("modulepreload") {
            return Err(refused("a sheet or module that is not linked as the others are"));
        } else {
            kept.push_str(tag);
            kept.push('\n');
        }
    }
    let nothing = |what: &str| Refusal { path: path.to_owned(), line: 0, what: what.to_owned() };
    let entry = entry.ok_or_else(|| nothing("no module script"))?;
    let mut order = Order::of(&entry, files)?;
    let Scripts { first, late } = order.scripts(&entry)?;
    let both = format!("{first}{BETWEEN}{}", late.as_deref().unwrap_or_default());
    let both = page_names::shortened(&both, &order.exports());
    let (first, second) = both.split_once(BETWEEN).ok_or_else(|| nothing("the names run into each other"))?;
    let late_path = format!("{folder}/{}", page_module::LATE.trim_start_matches("./"));
    let late = late.map(|_| (late_path, second.to_owned()));
    if sheets.is_empty() {
        return Err(nothing("no style sheet"));
    }
    Ok(Page { html: kept, script: (script_path, first.to_owned()), late, sheet: (sheet_path, styles(&sheets, files)?) })
}

/// The scripts of a page.
#[derive(Debug)]
pub(crate) struct Scripts {
    /// Does what the module at the entry and all it imports do, in the order in which a browser would run them.
    pub(crate) first: String,
    /// What it loads only when it needs it, and what that imports beyond the first; takes the rest from there.
    pub(crate) late: Option<String>,
}

/// Modules in the order they run: each behind what it imports.
struct Order<'a> {
    files: &'a Files,
    modules: Vec<(String, Module)>,
    waiting: Vec<String>,
}

impl<'a> Order<'a> {
    /// Modules in the order in which a browser would run them: the one at `entry` behind all that it imports.
    fn of(entry: &str, files: &'a Files) -> Result<Self, Refusal> {
        let mut order = Order { files, modules: Vec::new(), waiting: Vec::new() };
        order.visit(entry)?;
        Ok(order)
    }

    /// The names by which the modules know each other.
    fn exports(&self) -> BTreeSet<&str> {
        self.modules.iter().flat_map(|(_, module)| &module.exports).map(String::as_str).collect()
    }

    /// The scripts that do what they all do; what is loaded late is read now.
    fn scripts(&mut self, entry: &str) -> Result<Scripts, Refusal> {
        let count = self.modules.len();
        let late: Vec<(String, usize, String)> = (self.modules.iter())
            .flat_map(|(path, module)| module.late.iter().map(|(line, from)| (path.clone(), *line, from.clone())))
            .collect();
        for (path, line, from) in &late {
            let refused = |what: String| Refusal { path: path.clone(), line: *line, what };
            match self.number(from) {
                Some(number) if number < count => return Err(refused(format!("{from} is there from the start"))),
                Some(_) => {}
                None if self.files.contains_key(from) => self.visit(from)?,
                None => return Err(refused(format!("there is no {from}"))),
            }
        }
        let mut first = String::new();
        for number in 0..count {
            self.write(number, entry, &mut first)?;
        }
        if late.is_empty() {
            return Ok(Scripts { first, late: None });
        }
        let taken = self.taken_across(count).join(",");
        let mut script = format!("import{{{taken}}}from'./{FIRST}';\n");
        let mut given = Vec::new();
        for number in count..self.modules.len() {
            let (path, module) = &self.modules[number];
            if let Some((line, _)) = module.late.first() {
                let what = "loads a module late although it comes late itself".to_owned();
                return Err(Refusal { path: path.clone(), line: *line, what });
            }
            self.write(number, entry, &mut script)?;
            if late.iter().any(|(_, _, from)| from == path) {
                if let Some(name) = module.exports.iter().find(|name| self.owner(name) != Some(number)) {
                    return Err(Refusal {
                        path: path.clone(),
                        line: 0,
                        what: format!("{name} has the name of something else"),
                    });
                }
                given.extend(module.exports.iter().map(String::as_str));
            }
        }
        writeln!(first, "export{{{taken}}};").expect("writing to memory");
        writeln!(script, "export{{{}}};", given.join(",")).expect("writing to memory");
        Ok(Scripts { first, late: Some(script) })
    }

    /// Writes a module in a scope of its own, and what others see of it.
    fn write(&self, number: usize, entry: &str, script: &mut String) -> Result<(), Refusal> {
        let (path, module) = &self.modules[number];
        if let Some(line) = module.asks_its_address
            && path.matches('/').count() != entry.matches('/').count()
        {
            let what = "import.meta means another folder once it is part of the page's script".to_owned();
            return Err(Refusal { path: path.clone(), line, what });
        }
        let exports = module.exports.join(",");
        let open: Vec<&str> =
            module.exports.iter().map(String::as_str).filter(|name| self.owner(name) == Some(number)).collect();
        // What all see needs no name for the module as a whole, unless somebody asks for that.
        let whole = open.len() < module.exports.len() || self.is_taken_whole(number);
        let begin = match exports.as_str() {
            "" => String::new(),
            _ if whole => format!("const ${number}="),
            exports => format!("const{{{exports}}}="),
        };
        writeln!(script, "{begin}(()=>{{").expect("writing to memory");
        for import in &module.imports {
            self.take(path, import, script)?;
        }
        script.push_str(&module.body);
        if !exports.is_empty() {
            write!(script, "return{{{exports}}}").expect("writing to memory");
        }
        script.push_str("})();\n");
        if whole && !open.is_empty() {
            writeln!(script, "const{{{}}}=${number};", open.join(",")).expect("writing to memory");
        }
        Ok(())
    }

    /// What the modules from `first_late` on see of those before.
    fn taken_across(&self, first_late: usize) -> Vec<String> {
        let mut taken = BTreeSet::new();
        for import in self.modules[first_late..].iter().flat_map(|(_, module)| &module.imports) {
            let Some(number) = self.number(&import.from).filter(|number| *number < first_late) else { continue };
            match &import.names {
                Names::None => {}
                Names::All(_) => drop(taken.insert(format!("${number}"))),
                Names::Some(names) => taken.extend(names.iter().map(|(there, here)| {
                    if there == here && self.owner(there) == Some(number) {
                        there.clone()
                    } else {
                        format!("${number}")
                    }
                })),
            }
        }
        taken.into_iter().collect()
    }

    fn visit(&mut self, path: &str) -> Result<(), Refusal> {
        let module = page_module::read(path, &text(path, self.files)?)?;
        self.waiting.push(path.to_owned());
        for import in &module.imports {
            let refused = |what: String| Refusal { path: path.to_owned(), line: import.line, what };
            if self.waiting.contains(&import.from) {
                return Err(refused(format!("imports {}, which waits for this one", import.from)));
            }
            if !self.files.contains_key(&import.from) {
                return Err(refused(format!("there is no {}", import.from)));
            }
            if self.number(&import.from).is_none() {
                self.visit(&import.from)?;
            }
        }
        self.waiting.pop();
        self.modules.push((path.to_owned(), module));
        Ok(())
    }

    fn number(&self, path: &str) -> Option<usize> {
        self.modules.iter().position(|(known, _)| known == path)
    }

    /// The first module that exports a name; behind it, every module sees the name without a line of its own.
    fn owner(&self, name: &str) -> Option<usize> {
        if page_names::GLOBALS.contains(&name) {
            return None;
        }
        self.modules.iter().position(|(_, module)| module.exports.iter().any(|export| export == name))
    }

    /// Whether a module is imported as a whole, or a name of it in a way that needs a line.
    fn is_taken_whole(&self, number: usize) -> bool {
        let path = &self.modules[number].0;
        let imports = self.modules.iter().flat_map(|(_, module)| &module.imports).filter(|import| import.from == *path);
        imports.into_iter().any(|import| match &import.names {
            Names::None => false,
            Names::All(_) => true,
            Names::Some(names) => names.iter().any(|(there, here)| there != here),
        })
    }

    /// Writes the line that gives a module what one of its imports takes, unless it sees that anyway.
    fn take(&self, path: &str, import: &Import, script: &mut String) -> Result<(), Refusal> {
        let refused = |what: String| Refusal { path: path.to_owned(), line: import.line, what };
        let Some(number) = self.number(&import.from) else {
            return Err(refused("imports what was not read".to_owned()));
        };
        let exports = &self.modules[number].1.exports;
        match &import.names {
            Names::None => {}
            Names::All(_) if exports.is_empty() => return Err(refused(format!("{} exports nothing", import.from))),
            Names::All(name) => writeln!(script, "const {name}=${number};").expect("writing to memory"),
            Names::Some(names) => {
                if let Some((name, _)) = names.iter().find(|(name, _)| !exports.contains(name)) {
                    return Err(refused(format!("{} exports no {name}", import.from)));
                }
                let names: Vec<String> = names
                    .iter()
                    .filter(|(there, here)| there != here || self.owner(there) != Some(number))
                    .map(|(there, here)| if there == here { here.clone() } else { format!("{there}:{here}") })
                    .collect();
                if !names.is_empty() {
                    writeln!(script, "const{{{}}}=${number};", names.join(",")).expect("writing to memory");
                }
            }
        }
        Ok(())
    }
}

/// Sheets one behind the other, without comments, indentation and line ends that separate nothing.
fn styles(paths: &[String], files: &Files) -> Result<String, Refusal> {
    let mut sheet = String::new();
    for path in paths {
        let mut plain = text(path, files)?;
        while let Some(start) = plain.find("/*") {
            let refused = |what: &str| Refusal {
                path: path.clone(),
                line: plain[..start].lines().count(),
                what: what.to_owned(),
            };
            let length = plain[start..].find("*/").ok_or_else(|| refused("a comment without an end"))?;
            plain.replace_range(start..start + length + 2, "");
        }
        for (index, line) in plain.lines().map(str::trim).enumerate() {
            if line.starts_with("@import") || line.starts_with("@charset") {
                let what = format!("{line} works only at the start of a sheet of its own");
                return Err(Refusal { path: path.clone(), line: index + 1, what });
            }
            sheet.push_str(line);
            if !line.is_empty() && !line.ends_with(['{', '}', ';', ',']) {
                sheet.push('\n');
            }
        }
        sheet.push('\n');
    }
    Ok(sheet)
}

fn text(path: &str, files: &Files) -> Result<String, Refusal> {
    let refused = |what: &str| Refusal { path: path.to_owned(), line: 0, what: what.to_owned() };
    let bytes = files.get(path).ok_or_else(|| refused("there is no such file"))?;
    String::from_utf8(bytes.clone()).map_err(|_| refused("is no UTF-8"))
}

fn between<'a>(tag: &'a str, (before, behind): (&str, &str)) -> Option<&'a str> {
    tag.strip_prefix(before)?.strip_suffix(behind)
}

#[cfg(test)]
mod tests {
    use super::{Files, Order, Refusal, Scripts, page};

    fn script(entry: &str, files: &Files) -> Result<String, Refusal> {
        Order::of(entry, files)?.scripts(entry).map(|Scripts { first, .. }| first)
    }

    fn files<const N: usize>(all: [(&str, &str); N]) -> Files {
        all.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn what_is_loaded_late_stands_apart_and_takes_the_rest_from_the_first_script() {
        let files = files([
            ("guest/main.js", "import { paint } from './a.js';\npaint(() => import('./rare.js'));\n"),
            ("guest/a.js", "export const paint = 1;\nexport const close = 2;\n"),
            ("guest/b.js", "export const only = 3;\n"),
            (
                "guest/rare.js",
                "import { close, paint } from './a.js';\nimport { only } from './b.js';\nexport const rare = [close, paint, only];\n",
            ),
        ]);
        let Scripts { first, late } = Order::of("guest/main.js", &files)
            .and_then(|mut order| order.scripts("guest/main.js"))
            .expect("it is understood");
        assert_eq!(
            first,
            "const $0=(()=>{\nconst paint=1;const close=2;return{paint,close}})();\nconst{paint}=$0;\n\
             (()=>{\npaint(()=>import('./late.js'));})();\nexport{$0,paint};\n"
        );
        assert_eq!(
            late.expect("something is late"),
            "import{$0,paint}from'./bundle.js';\nconst{only}=(()=>{\nconst only=3;return{only}})();\n\
             const{rare}=(()=>{\nconst{close}=$0;\nconst rare=[close,paint,only];return{rare}})();\nexport{rare};\n"
        );
    }

    #[test]
    fn what_is_there_from_the_start_cannot_come_late() {
        let both = "import { paint } from './a.js';\npaint(() => import('./a.js'));\n";
        let mut all = files([("guest/main.js", both), ("guest/a.js", "export const paint = 1;\n")]);
        assert_eq!(refusal("guest/main.js", &all), "assets/guest/main.js:2: guest/a.js is there from the start");
        all.insert("guest/main.js".to_owned(), b"import('./gone.js');\n".to_vec());
        assert_eq!(refusal("guest/main.js", &all), "assets/guest/main.js:1: there is no guest/gone.js");
    }

    #[test]
    fn a_name_is_everybodys_only_where_it_means_one_thing() {
        let files = files([
            (
                "guest/main.js",
                "import { paint } from './a.js';\nimport { close } from './b.js';\nimport { paint as other } from './c.js';\npaint(close, other);\n",
            ),
            ("guest/a.js", "export const paint = 1;\n"),
            ("guest/b.js", "export const close = 2;\n"),
            ("guest/c.js", "export const paint = 3;\n"),
        ]);
        assert_eq!(
            script("guest/main.js", &files).expect("it is understood"),
            "const{paint}=(()=>{\nconst paint=1;return{paint}})();\n\
             const $1=(()=>{\nconst close=2;return{close}})();\n\
             const $2=(()=>{\nconst paint=3;return{paint}})();\n\
             (()=>{\nconst{close}=$1;\nconst{paint:other}=$2;\npaint(close,other);})();\n"
        );
    }

    fn refusal(entry: &str, files: &Files) -> String {
        script(entry, files).expect_err(entry).to_string()
    }

    #[test]
    fn modules_run_behind_what_they_import_and_keep_their_names_apart() {
        let files = files([
            (
                "guest/main.js",
                "import '../components/bar.js';\nimport { draw as paint } from './view.js';\nimport * as cart from '../lib/cart.js';\nconst STEP = 1;\npaint(cart.STEP + STEP);\n",
            ),
            (
                "guest/view.js",
                "import { STEP } from '../lib/cart.js';\nexport function draw(n) {\n  show(n + STEP);\n}\n",
            ),
            ("lib/cart.js", "export const STEP = 10;\n"),
            ("components/bar.js", "const STEP = 5;\ndefine(STEP);\n"),
            ("lib/unused.js", "export const NEVER = 1;\n"),
        ]);
        assert_eq!(
            script("guest/main.js", &files).expect("it is understood"),
            "(()=>{\nconst STEP=5;define(STEP);})();\n\
             const $1=(()=>{\nconst STEP=10;return{STEP}})();\nconst{STEP}=$1;\n\
             const $2=(()=>{\nfunction draw(n){show(n+STEP);}\nreturn{draw}})();\nconst{draw}=$2;\n\
             (()=>{\nconst{draw:paint}=$2;\nconst cart=$1;\nconst STEP=1;paint(cart.STEP+STEP);})();\n"
        );
    }

    #[test]
    fn what_cannot_be_put_together_is_refused_with_file_and_line() {
        let circle = files([
            ("lib/a.js", "import { b } from './b.js';\nexport const a = b;\n"),
            ("lib/b.js", "// Goes round.\nimport { a } from './a.js';\nexport const b = () => a;\n"),
        ]);
        assert_eq!(refusal("lib/a.js", &circle), "assets/lib/b.js:2: imports lib/a.js, which waits for this one");
        let lacking = files([
            ("lib/a.js", "\nimport { c } from './b.js';\n"),
            ("lib/b.js", "export const b = 1;\n"),
            ("lib/c.js", "import './nowhere.js';\n"),
            ("lib/deep/d.js", "export const d = import.meta.url;\n"),
            ("lib/e.js", "import { d } from './deep/d.js';\nd();\n"),
        ]);
        assert_eq!(refusal("lib/a.js", &lacking), "assets/lib/a.js:2: lib/b.js exports no c");
        assert_eq!(refusal("lib/c.js", &lacking), "assets/lib/c.js:1: there is no lib/nowhere.js");
        assert!(refusal("lib/e.js", &lacking).starts_with("assets/lib/deep/d.js:1: import.meta"));
    }

    const HTML: &str = "<html>\n<link rel=\"stylesheet\" href=\"__ASSETS__styles/a.css\">\n<link rel=\"stylesheet\" href=\"__ASSETS__styles/b.css\">\n\
                        <script src=\"__ASSETS__guest/check.js\"></script>\n<script type=\"module\" src=\"__ASSETS__guest/main.js\"></script>\n</html>\n";

    #[test]
    fn a_page_names_one_sheet_and_one_script() {
        let files = files([
            ("guest/index.html", HTML),
            ("guest/main.js", "go();\n"),
            ("styles/a.css", "/* Why. */\n.a {\n  top: 0;\n}\n\n@media print {\n  .a,\n  .b { left: 1px }\n}\n"),
            ("styles/b.css", ".b\n.c { top: 1px; }\n"),
        ]);
        let page = page("guest/index.html", &files).expect("it is understood");
        assert_eq!(
            page.html,
            "<html>\n<link rel=\"stylesheet\" href=\"__ASSETS__guest/bundle.css\">\n<script src=\"__ASSETS__guest/check.js\"></script>\n\
             <script type=\"module\" src=\"__ASSETS__guest/bundle.js\"></script>\n</html>\n"
        );
        assert_eq!(page.script, ("guest/bundle.js".to_owned(), "(()=>{\ngo();})();\n".to_owned()));
        assert_eq!(page.late, None);
        let sheet = ".a {top: 0;}@media print {.a,.b { left: 1px }}\n.b\n.c { top: 1px; }\n";
        assert_eq!(page.sheet, ("guest/bundle.css".to_owned(), sheet.to_owned()));
    }

    #[test]
    fn html_of_another_form_is_refused() {
        for wrong in [
            "<link rel=\"modulepreload\" href=\"__ASSETS__lib/a.js\">\n",
            "<link rel=\"stylesheet\" media=\"print\" href=\"__ASSETS__styles/a.css\">\n",
            "<script type=\"module\" src=\"__ASSETS__guest/main.js\"></script>\n",
        ] {
            let html = format!("{HTML}{wrong}");
            let files =
                files([("guest/index.html", &html), ("guest/main.js", ""), ("styles/a.css", ""), ("styles/b.css", "")]);
            assert_eq!(page("guest/index.html", &files).expect_err(wrong).line, 7);
        }
    }
}
