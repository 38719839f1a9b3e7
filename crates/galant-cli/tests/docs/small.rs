//! Commands of documents with budgets for a test: the same options, smaller numbers.

/// The words of a command, without the name of the program, such that it takes a second.
pub(crate) fn budget(words: &[String]) -> Vec<String> {
    let command = words[0].as_str();
    let mut small: Vec<String> = Vec::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        // A whole epoch of many waltzes takes a while.
        let of_epochs = command == "train" && word == "--epochs";
        small.push(if of_epochs { "--steps".to_owned() } else { word.clone() });
        let value = match (command, word.as_str()) {
            ("train", "--minutes") => Some("0.02"),
            ("make", "--minutes") => Some("0.1"),
            ("train", "--steps" | "--epochs") => Some("1"),
            ("train", "--waltzes") => Some("1600"),
            ("train", "--hidden-size") => Some("12"),
            ("train", "--window") => Some("8"),
            ("train", "--stop-at-loss") => Some("50"),
            ("gradients", "--steps") => Some("0"),
            (_, "-n" | "--pieces") => Some("2"),
            ("compose", "--tokens") => Some("24"),
            ("compose", "--bars") => Some("4"),
            _ => None,
        };
        if let (Some(value), Some(_)) = (value, words.peek()) {
            words.next();
            small.push(value.to_owned());
        }
    }
    let is_given = |name: &str| small.iter().any(|word| word == name);
    let defaults: &[(&str, &str)] = match command {
        "train" if is_given("--resume") => &[],
        "train" => &[
            ("--hidden-size", "12"),
            ("--embedding-size", "8"),
            ("--layers", "2"),
            ("--window", "16"),
            ("--batch", "8"),
        ],
        "make" => &[("--minutes", "0.1"), ("--pieces", "2")],
        "gradients" => &[("--hidden-size", "8"), ("--steps", "2"), ("--window", "16")],
        _ => &[],
    };
    let mut added: Vec<String> = Vec::new();
    for (name, value) in defaults.iter().filter(|(name, _)| !is_given(name)) {
        added.extend([(*name).to_owned(), (*value).to_owned()]);
    }
    // A plan needs an end, and nobody waits for the default one.
    let has_end = ["--minutes", "--steps", "--epochs", "--resume", "--stop-at-loss"].iter().any(|name| is_given(name));
    if command == "train" && !has_end {
        added.extend(["--steps", "2"].map(str::to_owned));
    }
    // Documents make one thing after the other into the same folder.
    if matches!(command, "train" | "make")
        && !is_given("--force")
        && !is_given("--resume")
        && !is_given("--print-config")
    {
        added.push("--force".to_owned());
    }
    [small, added].concat()
}
