//! Lays out Rust expressions the way rustfmt does, so that a generated file never changes under `cargo fmt`.
//!
//! Only what a migration is made of: method chains, calls, arrays, tuples and literals.

/// The widths that rustfmt's defaults have. (<https://rust-lang.github.io/rustfmt/>)
const MAX_WIDTH: usize = 100;
const CHAIN_WIDTH: usize = 60;
const CALL_WIDTH: usize = 60;
const ARRAY_WIDTH: usize = 60;
const SHORT_ELEMENT_WIDTH: usize = 10;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expression {
    /// A name, path or literal: never broken.
    Word(String),
    /// `[a, b]`.
    Array(Vec<Expression>),
    /// `(a, b)`.
    Tuple(Vec<Expression>),
    /// `function(a, b)`.
    Call(String, Vec<Expression>),
    /// `head.method(a).await?`.
    Chain(Box<Expression>, Vec<Link>),
}

/// A link of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Link {
    /// `.method(a, b)`.
    Method(&'static str, Vec<Expression>),
    /// `.await?`.
    Await,
}

/// A statement behind `indent` spaces, and the mark that keeps rustfmt away from one with a literal that is too wide to stand
/// behind its method: what rustfmt makes of that depends on widths in ways that nobody wants to read.
pub(crate) fn statement(expression: &Expression, indent: usize) -> String {
    let text = expression.layout(indent, 1);
    let lines: Vec<_> = text.lines().map(str::trim_start).collect();
    let is_hung = lines.windows(3).any(|lines| match lines {
        [method, literal, end] => {
            method.starts_with('.')
                && method.ends_with('(')
                && literal.starts_with('"')
                && *end == "),"
        }
        _ => false,
    });
    if is_hung {
        format!("#[rustfmt::skip]{}{text}", line(indent))
    } else {
        text
    }
}

/// A name, path or number.
pub(crate) fn word(text: impl Into<String>) -> Expression {
    Expression::Word(text.into())
}

/// A string literal.
pub(crate) fn string(text: &str) -> Expression {
    Expression::Word(format!("{text:?}"))
}

/// A call of a function.
pub(crate) fn call(function: impl Into<String>, arguments: Vec<Expression>) -> Expression {
    Expression::Call(function.into(), arguments)
}

impl Expression {
    /// This, with a call of `method` behind it.
    pub(crate) fn method(self, method: &'static str, arguments: Vec<Expression>) -> Expression {
        self.link(Link::Method(method, arguments))
    }

    /// This, awaited, with its error handed on.
    pub(crate) fn awaited(self) -> Expression {
        self.link(Link::Await)
    }

    fn link(self, link: Link) -> Expression {
        match self {
            Expression::Chain(head, mut links) => {
                links.push(link);
                Expression::Chain(head, links)
            }
            head => Expression::Chain(Box::new(head), vec![link]),
        }
    }

    /// The expression on one line.
    fn flat(&self) -> String {
        match self {
            Expression::Word(word) => word.clone(),
            Expression::Array(elements) => format!("[{}]", flat(elements)),
            Expression::Tuple(elements) => format!("({})", flat(elements)),
            Expression::Call(function, arguments) => format!("{function}({})", flat(arguments)),
            Expression::Chain(head, links) => links
                .iter()
                .fold(head.flat(), |chain, link| chain + &link.flat()),
        }
    }

    /// The expression as it stands behind `indent` spaces, with `trailing` characters to follow on its last line.
    pub(crate) fn layout(&self, indent: usize, trailing: usize) -> String {
        let flat = self.flat();
        let fits = indent + flat.chars().count() + trailing <= MAX_WIDTH;
        match self {
            Expression::Word(_) => flat,
            Expression::Tuple(elements) if self::flat(elements).chars().count() <= CALL_WIDTH => {
                flat
            }
            Expression::Tuple(elements) => call_over_lines("", elements, indent),
            Expression::Array(elements)
                if fits && self::flat(elements).chars().count() <= ARRAY_WIDTH =>
            {
                flat
            }
            Expression::Array(elements) => array(elements, indent),
            Expression::Call(function, arguments) => {
                call_layout(function, arguments, indent, trailing)
            }
            Expression::Chain(head, links) => chain(head, links, indent, trailing),
        }
    }
}

impl Link {
    fn flat(&self) -> String {
        match self {
            Link::Method(method, arguments) => format!(".{method}({})", flat(arguments)),
            Link::Await => ".await?".to_owned(),
        }
    }
}

fn flat(expressions: &[Expression]) -> String {
    expressions
        .iter()
        .map(Expression::flat)
        .collect::<Vec<_>>()
        .join(", ")
}

/// A line break and `indent` spaces.
fn line(indent: usize) -> String {
    format!("\n{}", " ".repeat(indent))
}

/// An array over several lines: short elements fill lines, others have one each.
fn array(elements: &[Expression], indent: usize) -> String {
    let inner = indent + 4;
    let flat: Vec<_> = elements.iter().map(Expression::flat).collect();
    let mut text = "[".to_owned();
    if flat
        .iter()
        .all(|element| element.chars().count() <= SHORT_ELEMENT_WIDTH)
    {
        let mut column = MAX_WIDTH;
        for element in &flat {
            let width = element.chars().count() + 1;
            if column + 1 + width > MAX_WIDTH {
                text += &line(inner);
                column = inner;
            } else {
                text.push(' ');
                column += 1;
            }
            text += &format!("{element},");
            column += width;
        }
    } else {
        for element in elements {
            text += &format!("{}{},", line(inner), element.layout(inner, 1));
        }
    }
    text + &line(indent) + "]"
}

/// A call: on one line where its arguments are short, else with a line for each argument.
fn call_layout(function: &str, arguments: &[Expression], indent: usize, trailing: usize) -> String {
    let flat = flat(arguments);
    let width = indent + function.chars().count() + flat.chars().count() + 2 + trailing;
    if width <= MAX_WIDTH && fits_call(arguments) {
        return format!("{function}({flat})");
    }
    match arguments {
        [only @ (Expression::Array(_) | Expression::Tuple(_))] => {
            format!("{function}({})", only.layout(indent, 1 + trailing))
        }
        [Expression::Call(inner, arguments)] => {
            format!("{function}({})", call_over_lines(inner, arguments, indent))
        }
        _ => call_over_lines(function, arguments, indent),
    }
}

/// A call with a line for each argument.
fn call_over_lines(function: &str, arguments: &[Expression], indent: usize) -> String {
    let inner = indent + 4;
    let lines: String = arguments
        .iter()
        .map(|argument| format!("{}{},", line(inner), argument.layout(inner, 1)))
        .collect();
    format!("{function}({lines}{})", line(indent))
}

/// Whether arguments may stand on one line: several if they are short, one alone if it may itself.
fn fits_call(arguments: &[Expression]) -> bool {
    match arguments {
        [Expression::Word(_)] => true,
        [Expression::Tuple(elements)] => flat(elements).chars().count() <= CALL_WIDTH,
        [only @ Expression::Chain(..)] => !only.layout(0, 0).contains('\n'),
        several => flat(several).chars().count() <= CALL_WIDTH,
    }
}

/// A chain: on one line where it is short, else with a line for each link. A chain of one link may fill the line.
fn chain(head: &Expression, links: &[Link], indent: usize, trailing: usize) -> String {
    let flat = links
        .iter()
        .fold(head.flat(), |chain, link| chain + &link.flat());
    let width = flat.chars().count();
    let budget = if links.len() == 1 {
        MAX_WIDTH
    } else {
        CHAIN_WIDTH
    };
    let head_fits = match head {
        Expression::Call(_, arguments) => fits_call(arguments),
        _ => true,
    };
    let arguments_fit = head_fits
        && links.iter().all(|link| match link {
            Link::Method(_, arguments) => fits_call(arguments),
            Link::Await => true,
        });
    if width <= budget && indent + width + trailing <= MAX_WIDTH && arguments_fit {
        return flat;
    }
    let mut text = head.layout(indent, 0);
    let inner = if text.contains('\n') {
        indent
    } else {
        indent + 4
    };
    let last = links.len() - 1;
    for (at, link) in links.iter().enumerate() {
        let trailing = if at == last { trailing } else { 0 };
        text += &line(inner);
        text += &match link {
            Link::Method(method, arguments) => {
                call_layout(&format!(".{method}"), arguments, inner, trailing)
            }
            Link::Await => ".await?".to_owned(),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        process::{Command, Stdio},
    };

    use super::*;

    #[test]
    fn a_string_reads_back_as_it_was() {
        for text in ["it's", r"a\'b", r"\\'", "\"#\n\0", "größe", "\u{202e}"] {
            let Expression::Word(literal) = string(text) else {
                panic!("a string is a word")
            };
            let literal: syn::LitStr = syn::parse_str(&literal).unwrap();
            assert_eq!(literal.value(), text);
        }
    }

    /// A reproducible source of choices.
    struct Choices(u64);

    impl Choices {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 33) as usize) % limit
        }

        fn name(&mut self) -> String {
            "abcdefghijklmnopqrstuvwxyz_abcdefghijklmn"[..1 + self.below(30)].to_owned()
        }

        /// A column as migrations define it.
        fn column(&mut self) -> Expression {
            let mut column = match self.below(4) {
                3 => call("ColumnDef::new", vec![string(&self.name())])
                    .method("text", vec![])
                    .method(
                        "default",
                        vec![call("Expr::cust", vec![string(&self.name())])],
                    ),
                0 => call("string", vec![string(&self.name())]),
                1 => call("string_len", vec![string(&self.name()), word("255")]),
                _ => {
                    let values = (0..1 + self.below(5))
                        .map(|_| string(&self.name()))
                        .collect();
                    call(
                        "enumeration",
                        vec![
                            string(&self.name()),
                            string(&self.name()),
                            Expression::Array(values),
                        ],
                    )
                }
            };
            if self.below(3) == 0 {
                column = column.method("default", vec![string(&self.name())]);
            }
            if self.below(4) == 0 {
                column = column.method("comment", vec![string(&self.name().repeat(2))]);
            }
            column
        }

        fn statement(&mut self) -> Expression {
            let mut table =
                call("Table::create", vec![]).method("table", vec![string(&self.name())]);
            for _ in 0..self.below(5) {
                table = table.method("col", vec![self.column()]);
            }
            if self.below(2) == 0 {
                let mut key =
                    call("Index::create", vec![]).method("name", vec![string(&self.name())]);
                for _ in 0..1 + self.below(3) {
                    key = key.method("col", vec![string(&self.name())]);
                }
                table = table.method("primary_key", vec![key]);
            }
            if self.below(2) == 0 {
                let key = call("ForeignKey::create", vec![])
                    .method("from", vec![string(&self.name()), string(&self.name())])
                    .method(
                        "to",
                        vec![
                            Expression::Tuple(vec![string(&self.name()), string("b")]),
                            string(&self.name()),
                        ],
                    )
                    .method("on_delete", vec![word("ForeignKeyAction::Cascade")]);
                table = table.method("foreign_key", vec![key]);
            }
            word("manager")
                .method("create_table", vec![table.method("to_owned", vec![])])
                .awaited()
        }
    }

    #[test]
    fn rustfmt_leaves_it_as_it_is() {
        let mut source = String::new();
        for seed in 0..3000 {
            let statement = Choices(seed * 7919 + 1).statement();
            source += &format!("fn f{seed}() {{\n    {};\n}}\n\n", statement.layout(4, 1));
        }
        let source = source.trim_end().to_owned() + "\n";
        let mut rustfmt = Command::new("rustfmt")
            .args(["--edition", "2021", "--config-path", "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("rustfmt comes with the toolchain");
        rustfmt
            .stdin
            .take()
            .unwrap()
            .write_all(source.as_bytes())
            .unwrap();
        let formatted = String::from_utf8(rustfmt.wait_with_output().unwrap().stdout).unwrap();
        let differing = source
            .lines()
            .zip(formatted.lines())
            .position(|(ours, theirs)| ours != theirs);
        if let Some(at) = differing {
            let around = |text: &str| {
                text.lines()
                    .skip(at.saturating_sub(8))
                    .take(24)
                    .collect::<Vec<_>>()
                    .join("\n")
            };
            panic!(
                "ours:\n{}\n\nrustfmt's:\n{}",
                around(&source),
                around(&formatted)
            );
        }
    }
}
