//! What a Rust file names: paths, resolved against its imports, macros and embedded files.

use std::collections::BTreeMap;

use proc_macro2::{Span, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Item, Token, UseTree, punctuated::Punctuated};

/// A path or a macro in a file.
pub(crate) struct Name {
    pub(crate) line: usize,
    /// Begins with `crate` for this crate's own items, with the crate's name for others; a macro ends in `!`.
    pub(crate) path: Vec<String>,
    /// The name that an import gives it in the file, `*` for a glob, and whether others may import it from there.
    pub(crate) import: Option<(String, bool)>,
    /// Whether the name is in an item under `#[cfg(test)]`.
    pub(crate) in_tests: bool,
    /// The file that `include_str!` or `include_bytes!` embeds, if it is a plain literal.
    pub(crate) embedded: Option<String>,
    module: Vec<String>,
}

/// What a file of the module `module` names (`["crate"]` is the root of a crate).
///
/// # Errors
///
/// If the text is not Rust.
pub(crate) fn names(text: &str, module: &[String]) -> syn::Result<Vec<Name>> {
    let mut reader = Reader { module: module.to_vec(), ..Reader::default() };
    reader.visit_file(&syn::parse_file(text)?);
    Ok(reader.resolve())
}

/// Collects what a file names, as written.
#[derive(Default)]
struct Reader {
    module: Vec<String>,
    in_tests: bool,
    found: Vec<Name>,
    /// The modules declared in the file, each with its module path.
    modules: Vec<Vec<String>>,
}

impl<'a> Visit<'a> for Reader {
    fn visit_item(&mut self, item: &'a Item) {
        let was_in_tests = self.in_tests;
        self.in_tests |= attributes(item).iter().any(is_cfg_test);
        visit::visit_item(self, item);
        self.in_tests = was_in_tests;
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        self.module.push(item.ident.to_string());
        self.modules.push(self.module.clone());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        self.read_use(&item.tree, &[], !matches!(item.vis, syn::Visibility::Inherited));
    }

    /// `pub(crate)` names no file.
    fn visit_visibility(&mut self, _: &'a syn::Visibility) {}

    fn visit_path(&mut self, path: &'a syn::Path) {
        self.add(path.segments[0].ident.span(), words(path), None);
        visit::visit_path(self, path);
    }

    /// The arguments of an attribute.
    fn visit_meta_list(&mut self, list: &'a syn::MetaList) {
        self.read_tokens(list.tokens.clone().into_iter().collect());
    }

    fn visit_macro(&mut self, call: &'a syn::Macro) {
        let mut path = words(&call.path);
        path.iter_mut().last().into_iter().for_each(|name| name.push('!'));
        self.add(call.path.segments[0].ident.span(), path, None);
        if let (Some(name), Ok(literal)) = (self.found.last_mut(), call.parse_body::<syn::LitStr>()) {
            name.embedded = Some(literal.value());
        }
        match call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            Ok(arguments) => arguments.iter().for_each(|argument| self.visit_expr(argument)),
            Err(_) => self.read_tokens(call.tokens.clone().into_iter().collect()),
        }
    }
}

impl Reader {
    fn add(&mut self, span: Span, path: Vec<String>, import: Option<(String, bool)>) {
        let (line, module, in_tests) = (span.start().line, self.module.clone(), self.in_tests);
        self.found.push(Name { line, path, import, in_tests, embedded: None, module });
    }

    /// Reads one tree of an import, below `prefix`.
    fn read_use(&mut self, tree: &UseTree, prefix: &[String], is_public: bool) {
        let (name, alias) = match tree {
            UseTree::Path(path) => {
                return self.read_use(&path.tree, &[prefix, &[path.ident.to_string()]].concat(), is_public);
            }
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.read_use(tree, prefix, is_public));
            }
            UseTree::Name(name) => (&name.ident, None),
            UseTree::Rename(rename) => (&rename.ident, Some(rename.rename.to_string())),
            UseTree::Glob(glob) => (&syn::Ident::new("self", glob.star_token.span), Some("*".to_owned())),
        };
        let name_in_path = Some(name).filter(|name| *name != "self" || prefix.is_empty()).map(ToString::to_string);
        let path: Vec<String> = prefix.iter().cloned().chain(name_in_path).collect();
        let alias = alias.or_else(|| path.last().cloned()).unwrap_or_default();
        self.add(name.span(), path, Some((alias, is_public)));
    }

    /// Reads the paths and macros in the arguments of a macro that are no expressions.
    fn read_tokens(&mut self, tokens: Vec<TokenTree>) {
        let is_sign = |token: &TokenTree, sign| matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign);
        for part in
            tokens.split(|token| !matches!(token, TokenTree::Ident(_)) && !is_sign(token, ':') && !is_sign(token, '!'))
        {
            let text: String = part.iter().map(ToString::to_string).collect();
            if let Some(TokenTree::Ident(first)) = part.first() {
                self.add(first.span(), text.split("::").map(str::to_owned).collect(), None);
            }
        }
        for token in tokens {
            if let TokenTree::Group(group) = token {
                self.read_tokens(group.stream().into_iter().collect());
            }
        }
    }

    /// The names with their paths from the root of their crate.
    fn resolve(mut self) -> Vec<Name> {
        let imported = self.found.iter().filter(|name| !name.in_tests);
        let imported = imported.filter_map(|name| Some((name.import.as_ref()?.0.clone(), self.absolute(name, None))));
        let imports: BTreeMap<String, Vec<String>> = imported.collect();
        let paths: Vec<_> = self.found.iter().map(|name| self.absolute(name, Some(&imports))).collect();
        self.found.iter_mut().zip(paths).for_each(|(name, path)| name.path = path);
        self.found
    }

    fn absolute(&self, name: &Name, imports: Option<&BTreeMap<String, Vec<String>>>) -> Vec<String> {
        let n_supers = name.path.iter().filter(|part| *part == "super").count();
        let rest: Vec<String> = name.path.iter().filter(|part| *part != "super" && *part != "self").cloned().collect();
        let child = [&name.module[..name.module.len().saturating_sub(n_supers)], &rest].concat();
        match rest.first().and_then(|first| imports.filter(|_| name.import.is_none())?.get(first)) {
            _ if rest.len() < name.path.len() => child,
            Some(imported) => [imported, &rest[1..]].concat(),
            None if self.modules.contains(&[name.module.as_slice(), &rest[..1]].concat()) => child,
            None => rest,
        }
    }
}

fn words(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

fn is_cfg_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(syn::ItemConst { attrs, .. })
        | Item::Enum(syn::ItemEnum { attrs, .. })
        | Item::Fn(syn::ItemFn { attrs, .. })
        | Item::Impl(syn::ItemImpl { attrs, .. })
        | Item::Mod(syn::ItemMod { attrs, .. })
        | Item::Static(syn::ItemStatic { attrs, .. })
        | Item::Struct(syn::ItemStruct { attrs, .. })
        | Item::Use(syn::ItemUse { attrs, .. }) => attrs,
        _ => &[],
    }
}
