//! A graph drawn beside the lines of its revisions, the newest on top.

/// A revision to draw: what it says, and what it revises among those drawn.
pub(crate) struct Drawn {
    /// Its lines.
    pub lines: Vec<String>,
    /// The places of its parents in the list.
    pub parents: Vec<usize>,
}

/// `nodes`, of which each comes before its parents, with the graph in front of their lines.
pub(crate) fn draw(nodes: &[Drawn]) -> Vec<String> {
    // Each lane waits for the revision that it leads to.
    let mut lanes: Vec<Option<usize>> = vec![];
    let mut drawn = vec![];
    for (at, node) in nodes.iter().enumerate() {
        let waiting: Vec<_> = (0..lanes.len())
            .filter(|lane| lanes[*lane] == Some(at))
            .collect();
        let lane = match waiting.split_first() {
            Some((first, others)) => {
                drawn.extend(others.iter().map(|other| {
                    let row = joint(&lanes, *first, *other, '┘');
                    lanes[*other] = None;
                    row
                }));
                *first
            }
            None => free(&mut lanes),
        };
        lanes[lane] = Some(at);
        let mut lines = node.lines.iter();
        let width = lanes
            .iter()
            .rposition(Option::is_some)
            .map_or(0, |last| last + 1);
        let row: Vec<_> = (0..width)
            .map(|other| match lanes[other] {
                Some(_) if other == lane => "●",
                Some(_) => "│",
                None => " ",
            })
            .collect();
        drawn.push(format!(
            "{}  {}",
            row.join(" "),
            lines.next().map_or("", String::as_str)
        ));
        let mut parents = node.parents.iter();
        lanes[lane] = parents.next().copied();
        for parent in parents {
            let other = free(&mut lanes);
            lanes[other] = Some(*parent);
            drawn.push(joint(&lanes, lane, other, '┐'));
        }
        drawn.extend(lines.map(|line| format!("{}  {line}", straight(&lanes))));
        while lanes.last() == Some(&None) {
            lanes.pop();
        }
    }
    drawn
}

/// The first lane that leads nowhere.
fn free(lanes: &mut Vec<Option<usize>>) -> usize {
    match lanes.iter().position(Option::is_none) {
        Some(lane) => lane,
        None => {
            lanes.push(None);
            lanes.len() - 1
        }
    }
}

/// The lanes as they go on.
fn straight(lanes: &[Option<usize>]) -> String {
    let rows: Vec<_> = lanes
        .iter()
        .map(|lane| if lane.is_some() { "│" } else { " " })
        .collect();
    rows.join(" ")
}

/// The row in which lane `other` leaves lane `lane`, or comes to it. Which of them lies left does not matter.
fn joint(lanes: &[Option<usize>], lane: usize, other: usize, corner: char) -> String {
    let (left, right) = (lane.min(other), lane.max(other));
    let mut row = String::new();
    for (at, waits) in lanes.iter().enumerate() {
        let is_between = left < at && at < right;
        row.push(match (at, waits.is_some()) {
            (at, _) if at == lane && lane < other => '├',
            (at, _) if at == lane => '┤',
            (at, _) if at == other && lane < other => corner,
            (at, _) if at == other && corner == '┐' => '┌',
            (at, _) if at == other => '└',
            (_, true) if is_between => '┼',
            (_, false) if is_between => '─',
            (_, true) => '│',
            (_, false) => ' ',
        });
        row.push(if left <= at && at < right { '─' } else { ' ' });
    }
    row.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(nodes: &[(&str, &[usize])]) -> String {
        let node = |(name, parents): &(&str, &[usize])| Drawn {
            lines: name.split('/').map(str::to_owned).collect(),
            parents: parents.to_vec(),
        };
        let nodes: Vec<_> = nodes.iter().map(node).collect();
        draw(&nodes).join("\n")
    }

    #[test]
    fn a_line() {
        assert_eq!(
            drawn(&[("c", &[1]), ("b", &[2]), ("a", &[])]),
            "●  c\n●  b\n●  a"
        );
        assert_eq!(
            drawn(&[("b/more", &[1]), ("a/more", &[])]),
            "●  b\n│  more\n●  a\n   more"
        );
        assert_eq!(drawn(&[]), "");
    }

    #[test]
    fn branches_and_their_merge() {
        let picture = "\
●  after
●  merge
├─┐
│ ●  right
● │  left2
● │  left
├─┘
●  start";
        assert_eq!(
            drawn(&[
                ("after", &[1]),
                ("merge", &[3, 2]),
                ("right", &[5]),
                ("left2", &[4]),
                ("left", &[5]),
                ("start", &[]),
            ]),
            picture
        );
    }

    #[test]
    fn heads_and_roots_of_their_own() {
        let picture = "\
●  c
│ ●  b
│ │ ●  x
│ │ ●  y
├─┘
●  a";
        assert_eq!(
            drawn(&[
                ("c", &[4]),
                ("b", &[4]),
                ("x", &[3]),
                ("y", &[]),
                ("a", &[])
            ]),
            picture
        );
    }

    #[test]
    fn lanes_cross() {
        let picture = "\
●  m
├─┐
├─┼─┐
│ │ ●  r
│ ● │  q
● │ │  p
├─┘ │
├───┘
●  a";
        assert_eq!(
            drawn(&[
                ("m", &[3, 2, 1]),
                ("r", &[4]),
                ("q", &[4]),
                ("p", &[4]),
                ("a", &[])
            ]),
            picture
        );
    }
}
