//! Model files.

use std::path::Path;

use anyhow::Context;
use galant_checkpoint::MAX_MODEL_BYTES;
use galant_pipeline::LoadedModel;

use crate::files;

/// Reads a model file, once.
pub(crate) fn read(path: &Path) -> anyhow::Result<LoadedModel> {
    let bytes = files::read(path, MAX_MODEL_BYTES)?;
    LoadedModel::decode(&bytes).with_context(|| format!("reading {}", path.display()))
}

/// The style of a file for a model: the nearest folder that it is in whose name the model knows as a style.
pub(crate) fn style<'a>(model: &LoadedModel, path: &'a Path) -> Option<&'a str> {
    nearest_style(&model.file().streams.values().styles, path)
}

fn nearest_style<'a>(styles: &[String], path: &'a Path) -> Option<&'a str> {
    let folders = path.ancestors().skip(1).filter_map(|folder| folder.file_name()?.to_str());
    folders.into_iter().find(|folder| styles.iter().any(|style| style == folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_that_is_a_style_counts() {
        let styles = ["bach", "mozart"].map(str::to_owned);
        let style = |path: &'static str| nearest_style(&styles, Path::new(path));
        assert_eq!(style("music/bach/chorales/1.mid"), Some("bach"));
        assert_eq!(style("bach/mozart/1.mid"), Some("mozart"));
        assert_eq!([style("music/haydn/1.mid"), style("1.mid"), style("music/bach")], [None; 3]);
    }
}
