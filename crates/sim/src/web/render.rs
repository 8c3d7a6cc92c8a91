//! How each site shows what stands on it: RSS, Atom, pages, Mastodon's and Jetstream's JSON.
//!
//! Not here: what stands there.

use base::Timestamp;
use serde_json::{Value, json};

use super::stage::{Change, Post, Site};

/// Most entries of a feed.
const ENTRIES_MAX: usize = 30;

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// RSS 2.0, newest first.
pub(super) fn rss<'a>(base: &str, title: &str, posts: impl Iterator<Item = &'a Post>) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>{}</title>\
         <link>{base}/</link><description>Oefening</description><language>nl</language>\n",
        escape(title)
    );
    for post in posts.take(ENTRIES_MAX) {
        let tags: String =
            post.tags.iter().map(|tag| format!("<category>{}</category>", escape(tag))).collect();
        out.push_str(&format!(
            "<item><title>{}</title><link>{base}/artikel/{id}</link><guid isPermaLink=\"false\">{id}</guid>\
             <pubDate>{}</pubDate><author>{}</author>{tags}<description>{}</description></item>\n",
            escape(&post.title),
            rfc_2822(post.posted),
            escape(&post.author),
            escape(&post.text),
            id = post.id,
        ));
    }
    out.push_str("</channel></rss>\n");
    out
}

/// Atom 1.0, newest first.
pub(super) fn atom<'a>(base: &str, title: &str, posts: impl Iterator<Item = &'a Post>) -> String {
    let posts: Vec<&Post> = posts.take(ENTRIES_MAX).collect();
    let updated = posts.iter().map(|post| post.edited.unwrap_or(post.posted)).max().unwrap_or_default();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"nl\">\
         <title>{}</title><id>{base}/</id><link href=\"{base}/\"/><updated>{updated}</updated>\n",
        escape(title)
    );
    for post in posts {
        out.push_str(&format!(
            "<entry><title>{}</title><id>{base}/bericht/{id}</id><link href=\"{base}/bericht/{id}\"/>\
             <published>{}</published><updated>{}</updated><author><name>{}</name></author>\
             <summary>{}</summary></entry>\n",
            escape(&post.title),
            post.posted,
            post.edited.unwrap_or(post.posted),
            escape(&post.author),
            escape(&post.text),
            id = post.id,
        ));
    }
    out.push_str("</feed>\n");
    out
}

/// A page about one post, with all that stands around a text on the web. `visit` changes with each visit.
pub(super) fn article(site: &str, post: &Post, visit: u64) -> String {
    format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title} - {site}</title></head>\
         <body><nav><a href=\"/\">Voorpagina</a> <a href=\"/weer\">Weer</a></nav>\
         <div class=\"cookies\">Wij gebruiken koekjes. Bezoeker {visit}.</div>\
         <main><article><h1>{title}</h1><p class=\"byline\">{author}, <time datetime=\"{at}\">{at}</time></p>\
         <p>{text}</p></article></main>\
         <aside class=\"reclame\">Vandaag {visit} % korting op stoelen</aside>\
         <footer>Een oefening. Niets op deze pagina is echt.</footer></body></html>\n",
        language = escape(&post.language),
        title = escape(&post.title),
        author = escape(&post.author),
        at = post.posted,
        text = escape(&post.text),
    )
}

/// The calendar of demonstrations. What matters is in `#kalender`; the rest changes with each visit.
pub(super) fn calendar<'a>(posts: impl Iterator<Item = &'a Post>, now: Timestamp, visit: u64) -> String {
    let rows: String = posts
        .map(|post| {
            format!(
                "<li id=\"d{}\"><h2>{}</h2><p>{}</p></li>\n",
                post.id,
                escape(&post.title),
                escape(&post.text)
            )
        })
        .collect();
    format!(
        "<!doctype html><html lang=\"nl\"><head><meta charset=\"utf-8\"><title>Demonstraties in de stad</title></head>\
         <body><header>Het is nu <time>{now}</time>. U bent bezoeker {visit}.</header>\
         <main id=\"kalender\"><h1>Aangemelde demonstraties</h1><ul>\n{rows}</ul></main>\
         <aside>Reclame nummer {visit}</aside></body></html>\n"
    )
}

/// A post as Mastodon's API gives it.
pub(super) fn status(base: &str, post: &Post) -> Value {
    let paragraphs = format!("<p>{}</p>", escape(&post.text));
    let tag = |tag: &String| json!({ "name": tag.to_lowercase(), "url": format!("{base}/tags/{tag}") });
    json!({
        "id": post.id.to_string(),
        "created_at": millis(post.posted),
        "edited_at": post.edited.map(millis),
        "in_reply_to_id": null,
        "sensitive": false,
        "spoiler_text": "",
        "visibility": "public",
        "language": post.language,
        "uri": format!("{base}/users/{}/statuses/{}", post.author, post.id),
        "url": format!("{base}/@{}/{}", post.author, post.id),
        "replies_count": 0, "reblogs_count": 0, "favourites_count": 0,
        "content": paragraphs,
        "reblog": null,
        "account": {
            "id": post.author.bytes().map(u64::from).sum::<u64>().to_string(),
            "username": post.author, "acct": post.author, "display_name": post.author,
            "bot": false, "url": format!("{base}/@{}", post.author),
        },
        "media_attachments": [], "mentions": [], "emojis": [], "card": null, "poll": null,
        "tags": post.tags.iter().map(tag).collect::<Vec<_>>(),
    })
}

/// A change as Mastodon's stream tells it.
pub(super) fn event(base: &str, change: &Change) -> String {
    match change {
        Change::Posted(post) => format!("event: update\ndata: {}\n\n", status(base, post)),
        Change::Edited(post) => format!("event: status.update\ndata: {}\n\n", status(base, post)),
        Change::Deleted(post) => format!("event: delete\ndata: {}\n\n", post.id),
    }
}

/// A change as Jetstream tells it, with its time in microseconds.
pub(super) fn commit(change: &Change, time_us: u64) -> String {
    let (operation, post) = match change {
        Change::Posted(post) => ("create", post),
        Change::Edited(post) => ("update", post),
        Change::Deleted(post) => ("delete", post),
    };
    let mut commit = json!({
        "rev": post.id.to_string(),
        "operation": operation,
        "collection": "app.bsky.feed.post",
        "rkey": format!("3k{:x}", post.id),
    });
    if operation != "delete" {
        commit["cid"] = json!(format!("bafyrei{:x}", post.id));
        commit["record"] = json!({
            "$type": "app.bsky.feed.post",
            "createdAt": millis(post.posted),
            "langs": [post.language],
            "text": post.text,
        });
    }
    let did = format!(
        "did:plc:{:024x}",
        post.author.bytes().fold(0_u64, |hash, byte| hash.wrapping_mul(31) + u64::from(byte))
    );
    json!({ "did": did, "time_us": time_us, "kind": "commit", "commit": commit }).to_string()
}

/// The site a change is on.
pub(super) fn site_of(change: &Change) -> Site {
    let (Change::Posted(post) | Change::Edited(post) | Change::Deleted(post)) = change;
    post.site
}

/// RFC 3339 with milliseconds, as Mastodon and Bluesky write it.
fn millis(at: Timestamp) -> String {
    let text = at.to_string();
    let (whole, part) =
        text.trim_end_matches('Z').split_once('.').unwrap_or((text.trim_end_matches('Z'), ""));
    format!("{whole}.{part:0<3}Z")
}

/// The date of RSS: `Wed, 25 Nov 2026 12:00:00 GMT`.
pub(super) fn rfc_2822(at: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = at.to_string();
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    // 1970-01-01 was a Thursday, the fourth day counted from Monday.
    let weekday = usize::try_from((at.seconds().div_euclid(86_400) + 3).rem_euclid(7)).unwrap_or(0);
    let month = part(5, 7).parse::<usize>().unwrap_or(1).clamp(1, 12) - 1;
    format!("{}, {} {} {} {} GMT", DAYS[weekday], part(8, 10), MONTHS[month], part(0, 4), part(11, 19))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_each_format_wants() {
        let at: Timestamp = "2026-11-25T12:03:04.050Z".parse().unwrap();
        assert_eq!(rfc_2822(at), "Wed, 25 Nov 2026 12:03:04 GMT");
        assert_eq!(millis(at), "2026-11-25T12:03:04.050Z");
        assert_eq!(millis(Timestamp::from_seconds(0)), "1970-01-01T00:00:00.000Z");
    }
}
