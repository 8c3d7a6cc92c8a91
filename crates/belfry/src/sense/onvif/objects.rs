//! The objects that a camera tells of beside its pictures: boxes of what it takes for things (ONVIF Analytics, section 5.1: scene
//! description). Kinds and identities that it gives are left: what counts is where something stands.
//!
//! Not here: the stream they come in (`input::rtsp`), and following them (`sense::eye`).

use anyhow::Result;
use base::clock::Timestamp;
use roxmltree::Node;
use sense::eye::ground::Spot;
use sense::limits::TOLD_BOXES_MAX;

use super::xml::{all, found, parsed};
use crate::sense::limits::METADATA_FRAMES_MAX;

/// Parts of persons and cars that cameras tell of beside the whole.
const PARTS: [&str; 4] = ["Face", "HumanFace", "LicensePlate", "Head"];

/// What a camera told of one moment: nothing, too, is told.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    /// When, by its own clock.
    pub(crate) at: Option<Timestamp>,
    /// Left upper and right lower corner of each thing.
    pub(crate) boxes: Vec<[Spot; 2]>,
}

/// The moments of a metadata message, as they come; none when it tells of no scene.
pub(crate) fn seen(message: &str) -> Result<Vec<Seen>> {
    let document = parsed(message)?;
    let frames = all(document.root(), "Frame").take(METADATA_FRAMES_MAX);
    Ok(frames.map(|frame| Seen { at: moment(frame), boxes: boxes(frame) }).collect())
}

fn moment(frame: Node<'_, '_>) -> Option<Timestamp> {
    frame.attribute("UtcTime")?.parse().ok()
}

fn boxes<'a>(frame: Node<'a, 'a>) -> Vec<[Spot; 2]> {
    let outer = Transformation::of(frame);
    let objects = frame.children().filter(|one| one.tag_name().name() == "Object");
    objects.filter_map(|object| one_box(object, outer)).take(TOLD_BOXES_MAX).collect()
}

fn one_box<'a>(object: Node<'a, 'a>, outer: Transformation) -> Option<[Spot; 2]> {
    let appearance = object.children().find(|one| one.tag_name().name() == "Appearance")?;
    let kinds = all(appearance, "Type").filter_map(|one| one.text());
    if kinds.map(str::trim).any(|kind| PARTS.contains(&kind)) {
        return None;
    }
    let inner = Transformation::of(appearance);
    let bounds = found(found(appearance, "Shape")?, "BoundingBox")?;
    let side = |name: &str| bounds.attribute(name)?.trim().parse::<f64>().ok().filter(|one| one.is_finite());
    let corner = |x: f64, y: f64| {
        let (x, y) = outer.of_point(inner.of_point((x, y)));
        // From -1 to 1 and upwards to fractions from the left and from the top.
        Spot::new(f64::midpoint(x, 1.0), f64::midpoint(1.0, -y))
    };
    let (one, other) = (corner(side("left")?, side("top")?), corner(side("right")?, side("bottom")?));
    // A scale below nought turns a box over.
    Some([
        Spot::new(one.x.min(other.x), one.y.min(other.y)),
        Spot::new(one.x.max(other.x), one.y.max(other.y)),
    ])
}

/// How the numbers of a camera become numbers from -1 to 1.
#[derive(Debug, Clone, Copy)]
struct Transformation {
    translate: (f64, f64),
    scale: (f64, f64),
}

impl Transformation {
    /// That of an element, which stands in it directly; without one nothing changes.
    fn of<'a>(element: Node<'a, 'a>) -> Self {
        let given = element.children().find(|one| one.tag_name().name() == "Transformation");
        let pair = |name: &str, without: f64| {
            let part = given.and_then(|one| found(one, name));
            let number = |axis: &str| part.and_then(|one| one.attribute(axis)?.trim().parse::<f64>().ok());
            (number("x").unwrap_or(without), number("y").unwrap_or(without))
        };
        Self { translate: pair("Translate", 0.0), scale: pair("Scale", 1.0) }
    }

    fn of_point(self, (x, y): (f64, f64)) -> (f64, f64) {
        (x * self.scale.0 + self.translate.0, y * self.scale.1 + self.translate.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(frames: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><tt:MetadataStream xmlns:tt=\"http://www.onvif.org/ver10/schema\"><tt:VideoAnalytics>\
             {frames}</tt:VideoAnalytics></tt:MetadataStream>"
        )
    }

    fn object(kind: &str, bounds: [f64; 4]) -> String {
        let [left, top, right, bottom] = bounds;
        format!(
            "<tt:Object ObjectId=\"7\"><tt:Appearance><tt:Shape><tt:BoundingBox left=\"{left}\" top=\"{top}\" \
             right=\"{right}\" bottom=\"{bottom}\"/><tt:CenterOfGravity x=\"0\" y=\"0\"/></tt:Shape><tt:Class>\
             <tt:Type Likelihood=\"0.9\">{kind}</tt:Type></tt:Class></tt:Appearance></tt:Object>"
        )
    }

    fn close(seen: &Seen, expect: &[[f64; 4]]) {
        assert_eq!(seen.boxes.len(), expect.len(), "{seen:?}");
        for ([from, to], [left, top, right, bottom]) in seen.boxes.iter().zip(expect) {
            for (one, other) in [(from.x, left), (from.y, top), (to.x, right), (to.y, bottom)] {
                assert!((one - other).abs() < 1e-9, "{seen:?}");
            }
        }
    }

    #[test]
    fn boxes_are_told_in_fractions_of_the_picture() {
        let frame = format!(
            "<tt:Frame UtcTime=\"2026-11-22T14:02:11.250Z\">{}{}</tt:Frame>",
            object("Human", [-0.5, 0.5, 0.0, -1.0]),
            object("Face", [-0.3, 0.4, -0.2, 0.3])
        );
        let found = seen(&message(&frame)).unwrap();
        assert_eq!(found[0].at.unwrap().to_string(), "2026-11-22T14:02:11.25Z");
        close(&found[0], &[[0.25, 0.25, 0.5, 1.0]]);
    }

    #[test]
    fn numbers_in_pixels_are_brought_back_by_their_transformation() {
        // The example of the specification: 320 x 240 pixels from the top.
        let frame = format!(
            "<tt:Frame UtcTime=\"2026-11-22T14:02:11Z\"><tt:Transformation><tt:Translate x=\"-1.0\" y=\"1.0\"/>\
             <tt:Scale x=\"0.00625\" y=\"-0.00834\"/></tt:Transformation>{}</tt:Frame>\
             <tt:Frame UtcTime=\"2026-11-22T14:02:12Z\"/>",
            object("Vehicle", [20.0, 30.0, 100.0, 80.0])
        );
        let found = seen(&message(&frame)).unwrap();
        close(&found[0], &[[0.0625, 0.125_1, 0.3125, 0.333_6]]);
        assert!(found.len() == 2 && found[1].boxes.is_empty(), "nothing is there, and that is told");
    }

    #[test]
    fn what_cannot_be_read_is_no_box_and_much_is_cut() {
        let frame = format!(
            "<tt:Frame UtcTime=\"soon\"><tt:Object ObjectId=\"1\"/>{}{}</tt:Frame>",
            object("Human", [f64::NAN, 0.0, 0.1, -0.1]),
            object("Human", [0.0, 0.5, 0.5, 0.0]).repeat(TOLD_BOXES_MAX + 9)
        );
        let found = seen(&message(&frame)).unwrap();
        assert_eq!((found[0].at, found[0].boxes.len()), (None, TOLD_BOXES_MAX));
        assert_eq!(seen(&message(&"<Frame/>".repeat(99))).unwrap().len(), METADATA_FRAMES_MAX);
        assert_eq!(seen("<tt:MetadataStream xmlns:tt='t'><tt:Event/></tt:MetadataStream>").unwrap(), []);
        assert!(seen("<!DOCTYPE a><a/>").is_err());
    }
}
