//! Strongly connected parts: where every place reaches every other (Tarjan 1972, without recursion).
//!
//! Not here: what is done about places outside the largest part.

use super::graph::Half;
use super::network::NEVER;

/// By node, whether it is in the largest part.
pub(super) fn largest_part(out: &Half) -> Vec<bool> {
    let nodes = out.first.len().saturating_sub(1);
    let (mut number, mut low, mut part) = (vec![NEVER; nodes], vec![0_u32; nodes], vec![NEVER; nodes]);
    let (mut open, mut path): (Vec<u32>, Vec<(u32, usize)>) = (Vec::new(), Vec::new());
    let (mut count, mut sizes) = (0_u32, Vec::new());
    for start in 0..super::network::short(nodes) {
        if number[start as usize] != NEVER {
            continue;
        }
        path.push((start, out.row(start).start));
        number[start as usize] = count;
        low[start as usize] = count;
        count += 1;
        open.push(start);
        while let Some((node, slot)) = path.last_mut() {
            let here = *node as usize;
            if *slot < out.row(*node).end {
                let head = out.to[*slot].0;
                *slot += 1;
                if number[head as usize] == NEVER {
                    number[head as usize] = count;
                    low[head as usize] = count;
                    count += 1;
                    open.push(head);
                    path.push((head, out.row(head).start));
                } else if part[head as usize] == NEVER {
                    low[here] = low[here].min(number[head as usize]);
                }
                continue;
            }
            path.pop();
            if let Some((above, _)) = path.last() {
                low[*above as usize] = low[*above as usize].min(low[here]);
            }
            if low[here] == number[here] {
                sizes.push(close(&mut open, &mut part, here, super::network::short(sizes.len())));
            }
        }
    }
    let best = (0_u32..).zip(&sizes).max_by_key(|(id, size)| (**size, std::cmp::Reverse(*id)));
    let best = best.map_or(NEVER, |(id, _)| id);
    part.iter().map(|one| *one == best && best != NEVER).collect()
}

fn close(open: &mut Vec<u32>, part: &mut [u32], root: usize, id: u32) -> usize {
    let mut size = 0;
    while let Some(node) = open.pop() {
        part[node as usize] = id;
        size += 1;
        if node as usize == root {
            break;
        }
    }
    size
}
