//! The tables that are printed.

use std::{collections::HashMap, fmt, fs, time::Duration};

use crate::process::{Cost, Task};

/// What is measured, in the order of the columns.
pub const TASKS: [Task; 5] = [
    Task::Queries,
    Task::Introspect,
    Task::Diff,
    Task::Check,
    Task::SeaSchema,
];

/// What the columns mean, and where it was measured.
pub fn head(rounds: usize) -> String {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let model = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let build = match cfg!(debug_assertions) {
        true => "NOT OPTIMISED",
        false => "release",
    };
    format!(
        "Tables of ten columns, two indexes, a unique column and a foreign key; the entities say the same.
Milliseconds: median (least, most) of {rounds} rounds that take turns; {build} build; {processors} processors, {model}.

entity files   one each in a folder, read to a schema by themselves, with nothing compiled
check --offline   the whole process of the `seadrift` binary on those files, with a lock file and nothing that says which
               of the three engines it is of
queries        a process that connects, runs introspection's own queries and throws the rows away
introspection  a process that connects and reads the database
diff           the comparison alone, without change
check          the whole process of `seadrift check`, with a lock file; one SeaORM entity stands for all tables and is
               read once for each, since that many cannot be compiled sensibly
peak           the most memory that `check` held
sea-schema     a process that connects and runs sea-schema's own discovery
"
    )
}

/// The line above the lines.
pub fn columns() -> String {
    line([
        "tables",
        "queries",
        "introspection",
        "diff",
        "check",
        "check/queries",
        "peak",
        "sea-schema",
    ])
}

fn line<T: AsRef<str>>(cells: [T; 8]) -> String {
    let widths = [20, 22, 22, 20, 22, 13, 9, 0];
    let cells = cells.iter().zip(widths);
    let line: String = cells
        .map(|(cell, width)| format!("{:width$}  ", cell.as_ref()))
        .collect();
    line.trim_end().to_owned()
}

/// A line of times alone.
pub fn times(name: usize, times: &[Duration]) -> String {
    let mut times: Vec<_> = times.iter().map(milliseconds).collect();
    times.sort_by(f64::total_cmp);
    let cell = match (times.first(), median(&times), times.last()) {
        (Some(least), Some(median), Some(most)) => cell(*least, median, *most),
        _ => "-".to_owned(),
    };
    format!("{name:<22}{cell}")
}

fn milliseconds(time: &Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn cell(least: f64, median: f64, most: f64) -> String {
    format!("{median:.1} ({least:.1}, {most:.1})")
}

/// A line of the table.
pub struct Report {
    name: String,
    costs: HashMap<Task, Vec<Cost>>,
    given_up: HashMap<Task, Duration>,
}

impl Report {
    /// A line for so many tables, that many milliseconds away.
    pub fn new(tables: usize, round_trip: Option<u64>) -> Self {
        let name = match round_trip {
            Some(milliseconds) => format!("{tables}, {milliseconds} ms away"),
            None => tables.to_string(),
        };
        Self {
            name,
            costs: HashMap::new(),
            given_up: HashMap::new(),
        }
    }

    pub fn add(&mut self, task: Task, cost: Cost) {
        self.costs.entry(task).or_default().push(cost);
    }

    /// Says that it took longer than `limit`.
    pub fn give_up(&mut self, task: Task, limit: Duration) {
        self.given_up.insert(task, limit);
    }

    /// Least, median and most milliseconds.
    fn times(&self, task: Task) -> Option<(f64, f64, f64)> {
        let costs = self.costs.get(&task)?.iter();
        let mut times: Vec<_> = costs.map(|cost| milliseconds(&cost.time)).collect();
        times.sort_by(f64::total_cmp);
        Some((*times.first()?, median(&times)?, *times.last()?))
    }

    fn cell(&self, task: Task) -> String {
        if let Some(limit) = self.given_up.get(&task) {
            return format!("cut off at {} s", limit.as_secs());
        }
        self.times(task)
            .map_or("-".to_owned(), |(least, median, most)| {
                cell(least, median, most)
            })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ratio = self.times(Task::Check).zip(self.times(Task::Queries));
        let ratio = ratio.map_or("-".to_owned(), |((_, check, _), (_, queries, _))| {
            format!("{:.2}", check / queries)
        });
        let peaks = self.costs.get(&Task::Check).into_iter().flatten();
        let peak = peaks.map(|cost| cost.peak).max().unwrap_or_default();
        f.write_str(&line([
            self.name.clone(),
            self.cell(Task::Queries),
            self.cell(Task::Introspect),
            self.cell(Task::Diff),
            self.cell(Task::Check),
            ratio,
            format!("{:.1} MiB", peak as f64 / 1024.0),
            self.cell(Task::SeaSchema),
        ]))
    }
}

/// The value in the middle of sorted `values`.
fn median(values: &[f64]) -> Option<f64> {
    let upper = *values.get(values.len() / 2)?;
    let lower = *values.get(values.len().saturating_sub(1) / 2)?;
    Some((lower + upper) / 2.0)
}
