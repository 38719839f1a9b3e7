//! What a Rust file names: paths, resolved against its imports, macros and embedded files.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, LexError, TokenStream, TokenTree};

/// A path or a macro in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) line: usize,
    /// Begins with `crate` for this crate's own items, with the crate's name for others; a macro ends in `!`.
    pub(crate) path: Vec<String>,
    /// Set for imports.
    pub(crate) import: Option<Import>,
}

/// How an import brings its path into scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    /// The name in the file, `*` for a glob.
    pub(crate) alias: String,
    /// Whether the file only passes the name on: `pub use`, and the name occurs nowhere else in it.
    pub(crate) passed_on: bool,
}

/// What a file of the module `module` names (`["crate"]` is the root of a crate), without items under `#[cfg(test)]`.
///
/// # Errors
///
/// If the text is not made of Rust's tokens.
pub(crate) fn names(text: &str, module: &[String]) -> Result<Vec<Name>, LexError> {
    let mut reader = Reader::default();
    reader.read(text.parse()?, module);
    Ok(reader.resolve())
}

/// Line and path of each `include_str!` and `include_bytes!`, in tests too; no path if it is no plain literal.
///
/// # Errors
///
/// If the text is not made of Rust's tokens.
pub(crate) fn includes(text: &str) -> Result<Vec<(usize, Option<String>)>, LexError> {
    let mut reader = Reader { with_tests: true, ..Reader::default() };
    reader.read(text.parse()?, &[]);
    Ok(reader.includes)
}

/// A path as written.
struct Raw {
    line: usize,
    module: Vec<String>,
    path: Vec<String>,
    /// The alias of an import, and whether it is public.
    import: Option<(String, bool)>,
}

/// Collects what a file names.
#[derive(Default)]
struct Reader {
    with_tests: bool,
    found: Vec<Raw>,
    /// The modules declared in the file, each with its module path.
    modules: Vec<Vec<String>>,
    includes: Vec<(usize, Option<String>)>,
}

impl Reader {
    fn read(&mut self, tokens: TokenStream, module: &[String]) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at += match &tokens[at] {
                TokenTree::Punct(_) if is_cfg_test(&tokens[at..]) && !self.with_tests => item_len(&tokens[at..]),
                // `pub(crate)` names no file.
                TokenTree::Group(_) if is_visibility(&tokens[..=at]) => 1,
                TokenTree::Group(group) => {
                    self.read(group.stream(), module);
                    1
                }
                TokenTree::Ident(name) if name == "use" && !is_punct(tokens.get(at + 1), '<') => {
                    let len = tokens[at..].iter().take_while(|token| !is_punct(Some(token), ';')).count();
                    let is_public = at > 0 && (is_word(&tokens[at - 1], "pub") || is_visibility(&tokens[..at]));
                    self.read_use(&tokens[at + 1..at + len], module, &[], is_public);
                    len + 1
                }
                TokenTree::Ident(name) if name == "mod" => {
                    let inner: Vec<String> =
                        module.iter().cloned().chain(tokens.get(at + 1).map(ToString::to_string)).collect();
                    self.modules.push(inner.clone());
                    if let Some(TokenTree::Group(group)) = tokens.get(at + 2) {
                        self.read(group.stream(), &inner);
                    }
                    3
                }
                TokenTree::Ident(_) => self.read_path(&tokens, at, module),
                _ => 1,
            };
        }
    }

    /// Reads the path at `at` and returns its length in tokens.
    fn read_path(&mut self, tokens: &[TokenTree], at: usize, module: &[String]) -> usize {
        let before = |back: usize| at.checked_sub(back).and_then(|index| tokens.get(index));
        let is_member = is_punct(before(1), '.') && !is_punct(before(2), '.')
            || is_punct(before(1), ':') && is_punct(before(2), ':');
        let (mut path, mut len) = (vec![tokens[at].to_string()], 1);
        while let [colon, second, TokenTree::Ident(name), ..] = &tokens[at + len..]
            && is_punct(Some(colon), ':')
            && is_punct(Some(second), ':')
        {
            path.push(name.to_string());
            len += 3;
        }
        let line = tokens[at].span().start().line;
        if let [mark, TokenTree::Group(group), ..] = &tokens[at + len..]
            && is_punct(Some(mark), '!')
        {
            let name = path.last_mut().expect("a path has a name");
            if name == "include_str" || name == "include_bytes" {
                self.includes.push((line, literal(group.stream())));
            }
            name.push('!');
        }
        if !is_member {
            self.found.push(Raw { line, module: module.to_vec(), path, import: None });
        }
        len
    }

    /// Reads one tree of an import, below `prefix`.
    fn read_use(&mut self, tokens: &[TokenTree], module: &[String], prefix: &[String], is_public: bool) {
        let (mut path, mut alias) = (prefix.to_vec(), None);
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    inner
                        .split(|token| is_punct(Some(token), ','))
                        .for_each(|tree| self.read_use(tree, module, &path, is_public));
                    return;
                }
                TokenTree::Ident(word) if word == "as" => alias = tokens.get(at + 1).map(ToString::to_string),
                TokenTree::Ident(word) if alias.is_none() => path.push(word.to_string()),
                TokenTree::Punct(star) if star.as_char() == '*' => alias = Some("*".to_owned()),
                _ => {}
            }
        }
        if path.len() > prefix.len() && path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let (Some(first), Some(last)) = (tokens.first(), path.last()) else { return };
        let alias = alias.unwrap_or_else(|| last.clone());
        let line = first.span().start().line;
        self.found.push(Raw { line, module: module.to_vec(), path, import: Some((alias, is_public)) });
    }

    fn resolve(self) -> Vec<Name> {
        let imports =
            self.found.iter().filter_map(|raw| Some((raw.import.as_ref()?.0.clone(), self.absolute(raw, None))));
        let imports: BTreeMap<String, Vec<String>> = imports.collect();
        let uses = |alias: &str, raw: &Raw| raw.import.is_none() && raw.path[0].trim_end_matches('!') == alias;
        let names = self.found.iter().map(|raw| match &raw.import {
            None => Name { line: raw.line, path: self.absolute(raw, Some(&imports)), import: None },
            Some((alias, is_public)) => {
                let passed_on = *is_public && !self.found.iter().any(|other| uses(alias, other));
                let import = Import { alias: alias.clone(), passed_on };
                Name { line: raw.line, path: self.absolute(raw, None), import: Some(import) }
            }
        });
        names.collect()
    }

    /// A path from the root of its crate.
    fn absolute(&self, raw: &Raw, imports: Option<&BTreeMap<String, Vec<String>>>) -> Vec<String> {
        let (mut module, mut path) = (raw.module.clone(), raw.path.as_slice());
        while let [first, rest @ ..] = path
            && (first == "self" || first == "super")
        {
            if first == "super" {
                module.pop();
            }
            path = rest;
        }
        let is_relative = path.len() < raw.path.len();
        let Some(first) = path.first().filter(|_| !is_relative) else { return [&module, path].concat() };
        if let Some(imported) = imports.and_then(|imports| imports.get(first)) {
            return [imported, &path[1..]].concat();
        }
        let is_child = self.modules.contains(&[module.as_slice(), &path[..1]].concat());
        if is_child { [&module, path].concat() } else { path.to_vec() }
    }
}

fn is_punct(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

/// Whether the tokens end in `pub(…)`.
fn is_visibility(tokens: &[TokenTree]) -> bool {
    let [.., word, TokenTree::Group(group)] = tokens else { return false };
    is_word(word, "pub") && group.delimiter() == Delimiter::Parenthesis
}

fn is_cfg_test(tokens: &[TokenTree]) -> bool {
    let is_attribute = matches!(tokens, [hash, TokenTree::Group(_), ..] if is_punct(Some(hash), '#'));
    is_attribute && tokens[1].to_string().replace(' ', "") == "[cfg(test)]"
}

/// The length of an item with its attributes: up to its block or its semicolon.
fn item_len(tokens: &[TokenTree]) -> usize {
    let is_end = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        other => is_punct(Some(other), ';'),
    };
    tokens.iter().position(is_end).map_or(tokens.len(), |end| end + 1)
}

/// The text of a plain string literal.
fn literal(tokens: TokenStream) -> Option<String> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let [TokenTree::Literal(literal)] = tokens.as_slice() else { return None };
    Some(literal.to_string().strip_prefix('"')?.strip_suffix('"')?.to_owned())
}
