//! Pictures and charts: parts of their own, drawn where the text refers to them.

use crate::equipment::documents::docx::markup::{Xml, el};
use crate::equipment::documents::docx::package::{attached_id, relationships};

/// EMU (1/914,400 inch) in a twip.
const EMU: u32 = 635;
/// What a drawing holds, by its name in DrawingML.
const PICTURE: &str = "http://schemas.openxmlformats.org/drawingml/2006/picture";
const CHART: &str = "http://schemas.openxmlformats.org/drawingml/2006/chart";

/// What the text refers to, in the order it does.
#[derive(Debug, Default)]
pub struct Attached {
    targets: Vec<(&'static str, String)>,
    parts: Vec<(String, Vec<u8>)>,
}

impl Attached {
    /// A square PNG, `side` twips wide on paper; returns the run that shows it.
    pub fn picture(&mut self, png: Vec<u8>, side: u32, description: &str) -> Xml {
        let name = format!("media/image{}.png", self.targets.len() + 1);
        let id = self.attach("image", name.clone());
        self.parts.push((name, png));
        let side = side * EMU;
        self.inline((side, side), description, PICTURE, picture(&id, side))
    }

    /// A chart and the workbook its numbers are in, `size` twips wide and high on paper; returns the run that shows it.
    pub fn chart(&mut self, chart: String, workbook: Vec<u8>, size: (u32, u32), description: &str) -> Xml {
        let number = self.targets.len() + 1;
        let id = self.attach("chart", format!("charts/chart{number}.xml"));
        let target = format!("../embeddings/chart{number}.xlsx");
        let related = relationships([("package", target.as_str())]);
        self.parts.push((format!("charts/chart{number}.xml"), chart.into()));
        self.parts.push((format!("charts/_rels/chart{number}.xml.rels"), related.into()));
        self.parts.push((format!("embeddings/chart{number}.xlsx"), workbook));
        let chart = el("c:chart").attr("xmlns:c", CHART).attr("r:id", id);
        self.inline((size.0 * EMU, size.1 * EMU), description, CHART, chart)
    }

    /// Kind and part of everything the text refers to.
    pub fn related(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.targets.iter().map(|(kind, part)| (*kind, part.as_str()))
    }

    /// Every part below `word/`.
    pub fn parts(self) -> impl Iterator<Item = (String, Vec<u8>)> {
        self.parts.into_iter()
    }

    fn attach(&mut self, kind: &'static str, part: String) -> String {
        self.targets.push((kind, part));
        attached_id(self.targets.len() - 1)
    }

    /// A run with a drawing that stands in the line like a letter. Its number is unique, or Word repairs the file.
    fn inline(&self, (x, y): (u32, u32), description: &str, kind: &str, drawing: Xml) -> Xml {
        let number = self.targets.len();
        let names = el("wp:docPr").attr("id", number).attr("name", format!("loa {number}")).attr("descr", description);
        let graphic = el("a:graphicData").attr("uri", kind).with(drawing);
        let inline =
            ["distT", "distB", "distL", "distR"].into_iter().fold(el("wp:inline"), |inline, gap| inline.attr(gap, 0));
        let inline = inline
            .with(el("wp:extent").attr("cx", x).attr("cy", y))
            .with(names)
            .with(el("wp:cNvGraphicFramePr"))
            .with(el("a:graphic").with(graphic));
        el("w:r").with(el("w:drawing").with(inline))
    }
}

/// A picture from the part `id`, `side` EMU wide and high.
fn picture(id: &str, side: u32) -> Xml {
    let names = el("pic:nvPicPr").with(el("pic:cNvPr").attr("id", 0).attr("name", "")).with(el("pic:cNvPicPr"));
    let image = el("a:blip").attr("r:embed", id);
    let fill = el("pic:blipFill").with(image).markup("<a:stretch><a:fillRect/></a:stretch>");
    let extent = el("a:ext").attr("cx", side).attr("cy", side);
    let place = el("a:xfrm").markup(r#"<a:off x="0" y="0"/>"#).with(extent);
    let shape = el("pic:spPr").with(place).markup(r#"<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>"#);
    el("pic:pic").attr("xmlns:pic", PICTURE).with(names).with(fill).with(shape)
}
