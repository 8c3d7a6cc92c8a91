//! A small valid alert to change, and the importer's defaults.

use interop::{cap, geojson};
use record::{Marking, Tlp};

/// A valid alert with every element of CAP 1.2 that is not a resource.
pub const ALERT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>2026-0117</identifier>
  <sender>meldkamer@example.org</sender>
  <sent>2026-11-22T15:02:11+01:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <source>duty desk</source>
  <scope>Public</scope>
  <code>profile:1</code>
  <code>profile:2</code>
  <note>none</note>
  <incidents>fire-17</incidents>
  <info>
    <language>nl-NL</language>
    <category>Fire</category>
    <category>Health</category>
    <event>Brand</event>
    <responseType>Shelter</responseType>
    <urgency>Immediate</urgency>
    <severity>Severe</severity>
    <certainty>Observed</certainty>
    <audience>Omwonenden</audience>
    <eventCode><valueName>local</valueName><value>BR1</value></eventCode>
    <effective>2026-11-22T15:00:00+01:00</effective>
    <onset>2026-11-22T14:50:00+01:00</onset>
    <expires>2026-11-22T21:00:00+01:00</expires>
    <senderName>Meldkamer Den Haag</senderName>
    <headline>Grote brand bij de haven</headline>
    <description>Veel rook.</description>
    <instruction>Sluit ramen en deuren.</instruction>
    <web>https://example.org/a</web>
    <contact>112</contact>
    <parameter><valueName>wind</valueName><value>ZW 4</value></parameter>
    <area>
      <areaDesc>Haven</areaDesc>
      <polygon>52.1,4.25 52.11,4.25 52.11,4.27 52.1,4.25</polygon>
      <geocode><valueName>GM</valueName><value>0518</value></geocode>
      <altitude>0</altitude>
      <ceiling>300.5</ceiling>
    </area>
  </info>
</alert>
"#;

/// [`ALERT`] with one text replaced, which must be there.
pub fn changed(old: &str, new: &str) -> String {
    assert!(ALERT.contains(old), "{old}");
    ALERT.replacen(old, new, 1)
}

pub fn cap_defaults(tlp: Tlp) -> cap::Defaults {
    cap::Defaults { marking: Marking::new(tlp) }
}

pub fn geojson_defaults(bad_rows: geojson::BadRows) -> geojson::Defaults {
    geojson::Defaults { marking: Marking::new(Tlp::Green), bad_rows }
}
