//! The whole crate from outside: CAP, GeoJSON and calendars, good and hostile, made up and real.

#[cfg(test)]
mod cap_attack;
#[cfg(test)]
mod cap_read;
#[cfg(test)]
mod cap_signature;
#[cfg(test)]
mod cap_write;
#[cfg(test)]
mod geojson_attack;
#[cfg(test)]
mod geojson_read;
#[cfg(test)]
mod ical;
#[cfg(test)]
mod real_data;
#[cfg(test)]
mod support;
