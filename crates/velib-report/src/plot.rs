//! One chart: two axes, marks in the units of the data, a legend. Classes, not colours: the page's style paints them.

use std::fmt::Write;

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 270.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 38.0;
const LEGEND_LINE: f64 = 15.0;
const LEGEND_GAP: f64 = 6.0;
const LEGEND_COLUMNS: usize = 2;

/// One direction of a chart.
#[derive(Debug, Clone)]
pub struct Axis {
    /// What it measures, in words.
    pub label: String,
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Where a number stands, and the number.
    pub ticks: Vec<(f64, String)>,
}

/// A chart being drawn.
pub struct Plot {
    title: String,
    x: Axis,
    y: Axis,
    marks: String,
    legend: Vec<(String, String)>,
}

impl Axis {
    /// An axis with ticks at round numbers.
    pub fn round(label: &str, from: f64, to: f64) -> Self {
        let to = if to > from { to } else { from + 1.0 };
        let step = round_step((to - from) / 6.0);
        let digits = (-step.log10().floor()).max(0.0) as usize;
        let first = (from / step).ceil() as i64;
        let at = (first..).map(|count| count as f64 * step).take_while(|&tick| tick <= to + step * 1e-6);
        let ticks = at.map(|tick| (tick, format!("{tick:.digits$}"))).collect();
        Self { label: label.to_owned(), from, to, ticks }
    }

    fn share(&self, value: f64) -> f64 {
        (value - self.from) / (self.to - self.from)
    }
}

/// The round number nearest above: 1, 2 or 5 times a power of ten.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|&step| step >= least).unwrap_or(power)
}

impl Plot {
    /// An empty chart.
    pub fn new(title: &str, x: Axis, y: Axis) -> Self {
        Self { title: title.to_owned(), x, y, marks: String::new(), legend: Vec::new() }
    }

    /// A line through points; one with a label stands in the legend.
    pub fn line(&mut self, class: &str, label: &str, points: &[(f64, f64)]) {
        let path = self.path(points);
        self.mark(format_args!("<path class=\"line {class}\" d=\"{path}\"/>"));
        if !label.is_empty() {
            self.legend.push((format!("line {class}"), label.to_owned()));
        }
    }

    /// The area between two lines, the second of them given backwards.
    pub fn band(&mut self, class: &str, around: &[(f64, f64)]) {
        let path = self.path(around);
        self.mark(format_args!("<path class=\"band {class}\" d=\"{path}Z\"/>"));
    }

    /// A dot, and what resting on it tells.
    pub fn dot(&mut self, class: &str, at: (f64, f64), radius: f64, tells: &str) {
        let (x, y) = self.place(at);
        let tells = escaped(tells);
        self.mark(format_args!(
            "<circle class=\"dot {class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"><title>{tells}</title></circle>"
        ));
    }

    /// An interval of the vertical axis.
    pub fn interval(&mut self, class: &str, x: f64, low: f64, high: f64) {
        let ((at, bottom), (_, top)) = (self.place((x, low)), self.place((x, high)));
        self.mark(format_args!("<path class=\"bar {class}\" d=\"M{at:.1} {bottom:.1}V{top:.1}\"/>"));
    }

    /// The chart as a figure of a page.
    pub fn draw(self) -> String {
        format!("<figure>{}</figure>\n", self.svg(""))
    }

    /// The chart as a file of its own.
    pub fn standalone(self) -> String {
        self.svg(&format!(
            "<style>{}</style><rect class=\"paper\" width=\"100%\" height=\"100%\"/>",
            crate::STYLE
        )) + "\n"
    }

    fn svg(&self, before: &str) -> String {
        let legend_height = LEGEND_LINE * self.legend.len().div_ceil(LEGEND_COLUMNS) as f64;
        let height = HEIGHT + LEGEND_GAP + legend_height;
        let title = escaped(&self.title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
             aria-label=\"{title}\">{before}<text class=\"title\" x=\"0\" y=\"14\">{title}</text>{}{}{}</svg>",
            self.axes(),
            self.marks,
            self.legend()
        )
    }

    fn axes(&self) -> String {
        let mut out = String::new();
        for (value, text) in &self.x.ticks {
            let (x, bottom) = self.place((*value, self.y.from));
            add(
                &mut out,
                format_args!("<text class=\"mid\" x=\"{x:.1}\" y=\"{:.1}\">{text}</text>", bottom + 14.0),
            );
        }
        for (value, text) in &self.y.ticks {
            let (left, y) = self.place((self.x.from, *value));
            let right = WIDTH - RIGHT;
            add(&mut out, format_args!("<path class=\"axis\" d=\"M{left:.1} {y:.1}H{right:.1}\"/>"));
            add(
                &mut out,
                format_args!(
                    "<text class=\"end\" x=\"{:.1}\" y=\"{:.1}\">{text}</text>",
                    left - 6.0,
                    y + 4.0
                ),
            );
        }
        let (x, y) = (escaped(&self.x.label), escaped(&self.y.label));
        let below = HEIGHT - 8.0;
        add(
            &mut out,
            format_args!("<text class=\"end\" x=\"{:.1}\" y=\"{below:.1}\">{x}</text>", WIDTH - RIGHT),
        );
        add(&mut out, format_args!("<text x=\"0\" y=\"{:.1}\">{y}</text>", TOP - 4.0));
        out
    }

    fn legend(&self) -> String {
        let column = WIDTH / LEGEND_COLUMNS as f64;
        let mut out = String::new();
        for (at, (class, label)) in self.legend.iter().enumerate() {
            let x = column * (at % LEGEND_COLUMNS) as f64;
            let y = HEIGHT + LEGEND_GAP + LEGEND_LINE * (at / LEGEND_COLUMNS) as f64;
            let label = escaped(label);
            add(&mut out, format_args!("<path class=\"{class}\" d=\"M{x:.1} {y:.1}h22\"/>"));
            add(&mut out, format_args!("<text x=\"{:.1}\" y=\"{:.1}\">{label}</text>", x + 28.0, y + 4.0));
        }
        out
    }

    fn path(&self, points: &[(f64, f64)]) -> String {
        let mut path = String::new();
        for (at, &point) in points.iter().enumerate() {
            let (x, y) = self.place(point);
            add(&mut path, format_args!("{}{x:.1} {y:.1}", if at == 0 { 'M' } else { 'L' }));
        }
        path
    }

    fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let across = LEFT + self.x.share(x) * (WIDTH - LEFT - RIGHT);
        (across, HEIGHT - BOTTOM - self.y.share(y) * (HEIGHT - TOP - BOTTOM))
    }

    fn mark(&mut self, mark: std::fmt::Arguments<'_>) {
        add(&mut self.marks, mark);
    }
}

/// Text as it may stand in a page.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Appends text.
pub fn add(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_stand_at_round_numbers() {
        let check = |from: f64, to: f64, expect: &[&str]| {
            let ticks: Vec<String> =
                Axis::round("", from, to).ticks.into_iter().map(|(_, text)| text).collect();
            assert_eq!(ticks, expect, "{from}…{to}");
        };
        check(0.0, 4.0, &["0", "1", "2", "3", "4"]);
        check(0.0, 0.07, &["0.00", "0.02", "0.04", "0.06"]);
        check(12.0, 61.0, &["20", "30", "40", "50", "60"]);
        check(3.0, 3.0, &["3.0", "3.2", "3.4", "3.6", "3.8", "4.0"]);
    }

    #[test]
    fn a_name_cannot_break_out_of_the_page() {
        let mut plot = Plot::new("<b>\"&", Axis::round("", 0.0, 1.0), Axis::round("", 0.0, 1.0));
        plot.dot("own", (0.0, 0.0), 1.0, "</title><script>");
        let drawn = plot.draw();
        assert!(!drawn.contains("<script>") && drawn.contains("&lt;b&gt;&quot;&amp;"), "{drawn}");
    }
}
