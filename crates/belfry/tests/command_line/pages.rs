//! What other tools read: the API, the matrix, the settings.

use super::support::{belfry, said};

#[test]
fn pages_are_printed_whole() {
    for (command, words) in [
        (&["openapi"][..], "/api/v1"),
        (&["matrix"], "Who may do what"),
        (&["config-reference"], "data_folder"),
        (&["config-sample"], "data_folder"),
        (&["sense", "config-reference"], "offsets_m"),
        (&["sense", "config-sample"], "[[sensors]]"),
    ] {
        let output = belfry(command);
        assert_eq!(output.status.code(), Some(0), "{command:?}");
        assert!(said(&output).contains(words), "{command:?}");
        assert!(output.stderr.is_empty(), "{command:?}");
    }
    let openapi = belfry(&["openapi"]);
    let openapi: serde_json::Value = serde_json::from_slice(&openapi.stdout).unwrap();
    assert!(openapi["openapi"].as_str().unwrap().starts_with("3.1"), "{}", openapi["openapi"]);
}

#[test]
fn wrong_use_is_code_2() {
    for line in [&["nonsense"][..], &["demo", "--speed", "0"], &["verify"], &[]] {
        assert_eq!(belfry(line).status.code(), Some(2), "{line:?}");
    }
}
